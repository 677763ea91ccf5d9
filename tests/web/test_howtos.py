from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest

from campaigns.app import create_app
from campaigns.web.base.languages import FOLDER
from campaigns.web.howtos import _pages
from config.settings import Settings
from tests.support.visitor_fixtures import signed_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.visitor import Visitor


@pytest.fixture(scope="module")
def alice(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Visitor]:
    """One for all of these: no page of the documentation says anything of what is in the database."""
    folder = tmp_path_factory.mktemp("documentation")
    shutil.copy(sqlite_template, folder / "beacon.db")
    app = create_app(Settings(data_dir=folder))
    yield signed_in(app, "Alice")
    app.state.engine.dispose()


@pytest.mark.parametrize("name", sorted(_pages()))
def test_every_page_of_the_documentation_can_be_read_and_leads_nowhere_wrong(
    alice: Visitor, name: str
) -> None:
    page = alice.get(f"/help/{name}")
    assert page.status == 200
    assert page.text.count("<h1>") == 1
    assert "<img" not in page.text.partition("<article")[2]
    for href in re.findall(r'href="(/help/[^"#]*)', page.text):
        assert alice.get(href).status == 200, href


def test_every_how_to_that_a_page_names_exists() -> None:
    templates = (FOLDER.parent / "templates").rglob("*.j2")
    named = {
        name for path in templates for name in re.findall(r'help_link\("([^"]+)"', path.read_text("utf-8"))
    }
    assert named
    assert named <= set(_pages())


@pytest.mark.parametrize("name", ["nothing", "../pyproject", "..%2f..%2fetc%2fpasswd", "README.md"])
def test_only_the_documentation_is_shown(alice: Visitor, name: str) -> None:
    assert alice.get(f"/help/{name}").status == 404
