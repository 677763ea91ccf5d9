from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

from campaigns.core.words import joined
from campaigns.models import Role
from campaigns.web.base.languages import FOLDER, LOCALES, SOURCE, choose, translations
from campaigns.web.base.messages import ROOMS, untranslated, unused

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.visitor import Visitor

TOLD = {
    "Misuse",
    "Conflict",
    "Missing",
    "Forbidden",
    "MediaTrouble",
    "Finding",
    "Remark",
    "Change",
    "problem",
}
OTHERS = sorted(set(LOCALES) - {SOURCE})


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_of_the_pages_is_translated(language: str) -> None:
    lacking = [f"{why}: {one.file}:{one.line}: {one.id}" for one, why in untranslated(language)]
    assert lacking == [], "python -m campaigns.web.base.messages --write notes them"


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_translated_that_no_page_says(language: str) -> None:
    assert unused(language) == []


def test_no_template_says_words_that_cannot_be_translated() -> None:
    loose = [
        f"{path.name}: {found.strip()}"
        for path in sorted((FOLDER.parent / "templates").rglob("*.j2"))
        for found in re.findall(r">([^<>{}]*[A-Za-z]{3}[^<>{}]*)<", _plain(path.read_text("utf-8")))
        if found.strip() not in {"Beacon", "· Beacon"}
    ]
    assert loose == []


@pytest.mark.parametrize(
    ("wanted", "accepted", "language", "region"),
    [
        ("", "", "en", "GB"),
        ("", "es-MX,es;q=0.9,en;q=0.8", "es", "MX"),
        ("", "de-DE,de;q=0.9", "en", "GB"),
        ("", "en;q=0.5, es", "es", "ES"),
        ("es", "en-US", "es", "ES"),
        ("en", "es, en-US;q=0.1", "en", "US"),
        ("", ";;q=x,**,en-\x00", "en", "GB"),
        ("xx", "es", "es", "ES"),
    ],
)
def test_a_reader_gets_the_language_they_chose_or_the_best_that_the_browser_asks_for(
    wanted: str, accepted: str, language: str, region: str
) -> None:
    chosen, locale = choose(wanted, accepted)
    assert (chosen, locale.language, locale.territory) == (language, language, region)


def test_a_page_speaks_spanish_to_who_wants_it(alice: Visitor) -> None:
    page = alice.get("/", accept_language="es-ES")
    assert '<html lang="es-ES"' in page.text
    assert "No hay nada planeado." in page.words
    assert "hora de Londres" in page.words


def test_what_other_rooms_refuse_is_said_in_spanish_too(alice: Visitor) -> None:
    missing = alice.get("/campaigns/nothing", accept_language="es-ES")
    assert "No hay ninguna campaña en esa dirección; puede que se haya quitado." in missing.words
    assert "There is no campaign under that address" in alice.get("/campaigns/nothing").words


def test_a_refusal_has_no_english_words_left_in_it(enter: Callable[..., Visitor]) -> None:
    refused = enter("Vera", Role.VIEWER).get("/begin/campaign", accept_language="es-ES")
    assert refused.status == 403
    assert "no puedes escribir publicaciones y campañas; puede hacerlo un propietario" in refused.words


@pytest.mark.parametrize("language", OTHERS)
def test_a_sentence_without_words_stays_without_words(language: str) -> None:
    assert joined("", "").translated(translations(language), str) == ""


def test_nothing_is_put_together_before_it_can_be_translated() -> None:
    """An error or a finding takes a template and its values, or a `Sentence`."""
    early = [
        f"{path.name}:{call.lineno}"
        for room in ROOMS
        for path in sorted((FOLDER.parents[1] / room).rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "id", getattr(call.func, "attr", "")) in TOLD
        for given in call.args
        if isinstance(given, ast.JoinedStr)
    ]
    assert early == []


def test_the_language_that_a_person_chose_goes_over_the_browsers(alice: Visitor) -> None:
    chosen = {"name": "Alice", "language": "es", "timezone": "Europe/Madrid", "theme": "dark"}
    page = alice.follow(alice.post("/me", chosen))
    assert "Guardado." in page.words
    assert 'data-theme="dark"' in page.text


def _plain(template: str) -> str:
    template = re.sub(r"\{#.*?#\}", "", template, flags=re.DOTALL)
    return re.sub(r"\{[{%].*?[%}]\}", "{}", template, flags=re.DOTALL)
