"""Scripts come with what they import, so that no page waits for a chain of modules."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from campaigns.web.base.modules import joined

if TYPE_CHECKING:
    from tests.support.visitor import Visitor

FILES = {
    "page.js": 'import { say } from "./tools/say.js";\nimport { Ear } from "./listen.js";\nnew Ear(say);\n',
    "listen.js": 'import { say } from "./tools/say.js";\nexport class Ear {}\nexport const heard = 1;\n',
    "tools/say.js": 'import { quiet } from "../quiet.js";\nexport async function say() {}\n',
    "quiet.js": "export const quiet = true;\n",
}


def test_what_is_imported_comes_first_and_once_each_in_a_scope_of_its_own() -> None:
    script = joined("page.js", FILES)
    places = [script.index(said) for said in ("const quiet", "function say", "class Ear", "new Ear(say)")]
    assert places == sorted(places)
    assert script.count("async function say") == 1
    assert "return { Ear, heard };" in script
    assert not re.search(r"^(import|export)\b", script, re.MULTILINE)


@pytest.mark.parametrize(
    "line",
    [
        'import say from "./quiet.js";',
        'import { quiet as still } from "./quiet.js";',
        "export default 1;",
        "export { quiet };",
        'import { quiet } from "https://elsewhere.example/quiet.js";',
    ],
)
def test_a_line_that_cannot_be_joined_is_named(line: str) -> None:
    with pytest.raises(ValueError, match=r"odd\.js has a line that cannot be joined"):
        joined("odd.js", {**FILES, "odd.js": f"{line}\n"})


def test_importing_what_is_not_exported_is_named() -> None:
    with pytest.raises(ValueError, match=r"odd\.js imports what quiet\.js does not export: loud"):
        joined("odd.js", {**FILES, "odd.js": 'import { quiet, loud } from "./quiet.js";\n'})


def test_a_missing_module_is_found_before_any_visitor_finds_it() -> None:
    with pytest.raises(KeyError, match=r"nowhere\.js"):
        joined("odd.js", {"odd.js": 'import { nothing } from "./nowhere.js";\n'})


def test_a_page_needs_one_round_trip_after_itself(alice: Visitor) -> None:
    page = alice.get("/calendar").text
    addresses = {
        *re.findall(r'<script type="module" src="([^"]+)"', page),
        *re.findall(r'<link rel="(?:stylesheet|icon)" href="([^"]+)"', page),
    }
    assert 0 < len(addresses) <= 6, "browsers open six connections to one server"
    for address in addresses:
        answer = alice.get(address)
        assert answer.status == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert not re.search(r"^\s*(import|export|@import)\b", answer.text, re.MULTILINE)


def test_what_a_page_will_ask_for_is_named_before_the_page_itself(alice: Visitor) -> None:
    answer = alice.get("/calendar")
    named = re.findall(r"<([^>]+)>; rel=(preload; as=style|modulepreload)", answer.headers["link"])
    styles = re.findall(r'<link rel="stylesheet" href="([^"]+)"', answer.text)
    scripts = re.findall(r'<script type="module" src="([^"]+)"', answer.text)
    assert styles
    assert scripts
    assert {address for address, kind in named if kind == "preload; as=style"} == set(styles)
    assert {address for address, kind in named if kind == "modulepreload"} == set(scripts)
