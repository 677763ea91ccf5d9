"""Drafts: kept while one writes, found again, discarded and taken back."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from campaigns.models import Role
from tests.support.composer import NEW, a_post, edit_path, form_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.factories.desk import Desk
    from tests.support.visitor import Visitor

pytestmark = pytest.mark.usefixtures("desk")


def test_a_draft_keeps_itself_and_is_found_again(alice: Visitor) -> None:
    fields = {**form_of(alice.get(NEW)), "text": "Half a thou"}
    kept = alice.post("/drafts", fields, accept="application/json").json
    fields |= {"draft": str(kept["draft"]), "draft_version": str(kept["version"]), "text": "Half a thought"}
    assert alice.post("/drafts", fields, accept="application/json").json["draft"] == kept["draft"]
    assert "Half a thought" in alice.get("/drafts").words
    page = alice.get(f"/posts/new?draft={kept['draft']}")
    assert form_of(page)["text"] == ["Half a thought"]
    assert alice.post("/posts/new", a_post(page)).status == 303
    assert "You have no drafts." in alice.get("/drafts").words


def test_a_draft_of_another_window_is_not_written_over(alice: Visitor) -> None:
    fields = {**form_of(alice.get(NEW)), "text": "First"}
    kept = alice.post("/drafts", fields, accept="application/json").json
    same = {"draft": str(kept["draft"]), "draft_version": str(kept["version"])}
    assert alice.post("/drafts", {**fields, **same, "text": "A"}, accept="application/json").status == 200
    late = alice.post("/drafts", {**fields, **same, "text": "B"}, accept="application/json")
    assert late.status == 409
    assert "another window" in late.json["error"]


def test_a_discarded_draft_can_be_taken_back(alice: Visitor) -> None:
    fields = {**form_of(alice.get(NEW)), "text": "Not so good"}
    kept = alice.post("/drafts", fields, accept="application/json").json
    gone = alice.post(f"/drafts/{kept['draft']}/discard")
    assert "The draft is discarded." in gone.words
    assert "gone already" in alice.follow(alice.post(f"/drafts/{kept['draft']}/discard")).words
    back = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', gone.text)
    alice.follow(alice.post("/drafts", {name: unescape(value) for name, value in back}))
    assert "Not so good" in alice.get("/drafts").words


def test_who_edits_the_same_post_is_told_of_the_other(
    desk: Desk, alice: Visitor, enter: Callable[..., Visitor]
) -> None:
    path = edit_path(desk)
    enter("Bob", Role.EDITOR).post(
        "/drafts", {**form_of(alice.get(path)), "text": "Bob's"}, accept="application/json"
    )
    page = alice.get(path)
    assert "Bob is writing on this post too." in page.words
    assert form_of(page)["text"] == ["One"], "nobody sees another's draft"
