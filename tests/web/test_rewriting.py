"""A post is edited without a browser: by one, by two at once, and after it was taken out."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from campaigns.models import Role
from tests.support.composer import edit_path, form_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.factories.desk import Desk
    from tests.support.visitor import Visitor

pytestmark = pytest.mark.usefixtures("desk")


def test_an_edit_changes_only_what_was_changed(desk: Desk, alice: Visitor) -> None:
    before = desk.post("one")
    assert alice.post(edit_path(desk), form_of(alice.get(edit_path(desk)))).status == 303
    assert desk.post("one") == before
    alice.post(edit_path(desk), {**form_of(alice.get(edit_path(desk))), "text": "Uno"})
    after = desk.post("one")
    assert (after.spec.text, after.spec.at, after.spec.hashtags) == ("Uno", before.spec.at, None)


def test_who_saves_second_sees_both_texts_and_what_only_one_changed_is_taken(
    desk: Desk, alice: Visitor, enter: Callable[..., Visitor]
) -> None:
    bob = enter("Bob", Role.EDITOR)
    hers, his = form_of(alice.get(edit_path(desk))), form_of(bob.get(edit_path(desk)))
    bob.post(edit_path(desk), {**his, "text": "Bob's text", "time": "11:00"})
    page = alice.post(edit_path(desk), {**hers, "text": "Alice's text"})
    assert page.status == 409
    assert "Bob saved it while you were writing" in unescape(page.words)
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
    assert (fields["time"], fields["version"]) == ("11:00", "2")
    assert "Bob&#39;s text" in page.text
    saved = alice.post(edit_path(desk), {**hers, **fields, "text": "Both texts"})
    assert saved.status == 303, saved.words
    post = desk.post("one")
    assert (post.spec.text, f"{post.spec.at:%H:%M}") == ("Both texts", "11:00")


def test_what_both_changed_as_a_whole_is_chosen(
    desk: Desk, alice: Visitor, enter: Callable[..., Visitor]
) -> None:
    hers = form_of(alice.get(edit_path(desk)))
    enter("Bob", Role.EDITOR).post(edit_path(desk), {**hers, "date": "2037-10-04"})
    page = alice.post(edit_path(desk), {**hers, "date": "2037-10-06"})
    assert 'name="take-when" value="theirs"' in page.text, page.words
    alice.post(edit_path(desk), {**hers, "date": "2037-10-06", "version": "2", "take-when": "theirs"})
    assert f"{desk.post('one').spec.at:%d}" == "04"


def test_a_post_taken_out_while_it_is_edited_is_said_and_the_text_stays(desk: Desk, alice: Visitor) -> None:
    fields = {**form_of(alice.get(edit_path(desk))), "text": "Just written"}
    taken = alice.post(edit_path(desk).replace("edit", "remove"))
    assert "Taken out" in alice.follow(taken).words
    page = alice.post(edit_path(desk), fields)
    assert page.status == 409
    assert "was taken out while you were editing it" in page.words
    assert form_of(page)["text"] == ["Just written"]
    assert 'action="/posts/new"' in page.text
    back = alice.follow(alice.post(edit_path(desk).replace("edit", "back")))
    assert "It is back" in back.words
    assert len(desk.waiting()) == 2


def test_an_older_version_can_be_put_back(desk: Desk, alice: Visitor) -> None:
    path = edit_path(desk)
    alice.post(path, {**form_of(alice.get(path)), "text": "Second thoughts"})
    history = alice.get(path.removesuffix("/edit"))
    assert "<ins>Second thoughts</ins>" in history.text or "<ins>Second</ins>" in history.text
    alice.post(path.replace("edit", "restore"), {"from": "1", "version": "2"})
    assert desk.post("one").spec.text == "One"


def test_signed_out_in_the_middle_nothing_typed_is_lost(
    desk: Desk, alice: Visitor, stranger: Visitor
) -> None:
    fields = {**form_of(alice.get(edit_path(desk))), "text": "A long and careful text " * 4}
    page = stranger.post(edit_path(desk), fields)
    assert page.status == 401
    assert "A long and careful text" in page.words
    assert stranger.post("/drafts", fields, accept="application/json").status == 401
