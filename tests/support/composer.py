"""The composer's form as a browser would send it, and a campaign to write in."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from tests.factories.desk import Desk
from tests.support.edits import TWO

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi import FastAPI

    from tests.support.visitor import Answer

CAMPAIGN = TWO.replace("2027-", "2037-")
NEW = "/posts/new?campaign=wmhd-2027"


@pytest.fixture
def desk(app: FastAPI, tmp_path: Path) -> Desk:
    """Alice's campaign: ten years from now, so that nothing of it is past."""
    desk = Desk(app.state.engine, tmp_path / "desk")
    desk.load(CAMPAIGN)
    return desk


def form_of(answer: Answer) -> dict[str, Any]:
    """What a browser would send of the composer's form as it stands, but for its buttons."""
    form = answer.text.partition("data-write")[2].partition("</form>")[0]
    fields: dict[str, list[str]] = {}
    for tag in re.findall(r"<input [^>]*>", form):
        found = {name: unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
        ticked = found.get("type") not in {"checkbox", "radio"} or " checked" in tag
        if found.get("type") != "file" and ticked and "name" in found:
            fields.setdefault(found["name"], []).append(found.get("value", ""))
    for name, value in re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>\n(.*?)</textarea>', form, re.DOTALL):
        fields.setdefault(name, []).append(unescape(value))
    for name, options in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        fields.setdefault(name, []).append(unescape(chosen[1]) if chosen else "")
    return dict(fields)


def a_post(answer: Answer, **more: Any) -> dict[str, Any]:
    """The page's form, filled in."""
    return {
        **form_of(answer),
        "text": "Who will you call today?",
        "when": "at",
        "date": "2037-10-03",
        "time": "18:00",
        **more,
    }


def edit_path(desk: Desk, key: str = "one") -> str:
    return f"/posts/{desk.post(key).id}/edit"
