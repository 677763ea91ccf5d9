from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import Response  # noqa: TC002 - FastAPI reads it when it runs

from campaigns.web.base.differences import differences
from campaigns.web.base.forms import Posted  # noqa: TC001 - the same
from campaigns.web.base.visit import SignedIn  # noqa: TC001 - the same

if TYPE_CHECKING:
    from fastapi import FastAPI

    from tests.support.visitor import Visitor


def test_who_saves_second_sees_both_texts_and_loses_neither(app: FastAPI, alice: Visitor) -> None:
    @app.post("/posts/1")
    def save(visit: SignedIn, typed: Posted) -> Response:
        if typed.whole("version") == 7:
            return visit.go("/", "Saved.")
        return visit.page(
            "stale.html.j2",
            409,
            typed=typed,
            theirs={"text": "Who will you call tonight?", "title": "Same"},
            labels={"text": "Text", "title": "Title"},
            who="Bob",
            at_utc=visit.now,
            version=7,
            cancel="/",
        )

    mine = {"text": "Who will you write to today?", "title": "Same", "tag": ["a", "b"], "version": "6"}
    answer = alice.post("/posts/1", mine)
    assert answer.status == 409
    assert "Who will you call tonight?" in answer.words
    assert "Who will you write to today?" in answer.words
    assert "<del>call</del>" in answer.text
    assert 'name="version" value="7"' in answer.text
    assert answer.text.count('name="tag"') == 2
    assert alice.post("/posts/1", {**mine, "version": "7"}).status == 303


@given(st.text(max_size=200), st.text(max_size=200))
def test_the_differences_hold_both_texts_whole(before: str, after: str) -> None:
    pieces = differences(before, after)
    assert "".join(text for kind, text in pieces if kind != "ins") == before
    assert "".join(text for kind, text in pieces if kind != "del") == after
