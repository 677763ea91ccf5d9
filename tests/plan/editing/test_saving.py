"""One post is written or rewritten: what goes out, which versions are kept, and who saves over whom."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from campaigns.plan.editing import Stale, post_at, remove_posts, save_post, versions_of
from campaigns.plan.editing.saving import Removed
from tests.factories.specs import at
from tests.support.edits import TWO, agrees_with_its_file, codes, said, wall

if TYPE_CHECKING:
    from tests.factories.desk import Desk


def test_a_new_post_goes_out_with_the_campaigns_tags_and_is_in_its_file(desk: Desk) -> None:
    desk.load(TWO)
    with desk.editing() as editor:
        edited = save_post(editor, at("2027-10-03 18:00", text="New"), campaign="wmhd-2027")
    assert (said(edited), edited.applied) == (["added"], True)
    assert [row["texts"] for row in desk.waiting()][1] == ["New #WorldMentalHealthDay"]
    agrees_with_its_file(desk)


def test_a_new_post_that_is_sent_twice_is_made_once(desk: Desk) -> None:
    desk.load(TWO)
    ids = set()
    for _ in range(2):
        with desk.editing() as editor:
            edited = save_post(editor, at("2027-10-03 18:00", id="form-1"), campaign="wmhd-2027")
        assert edited.applied
        ids |= {*edited.posts}
    assert len(ids) == 1
    assert len(desk.deliveries()) == 3


def test_an_edit_changes_what_goes_out_and_keeps_the_delivery(desk: Desk) -> None:
    desk.load(TWO)
    [before, _] = desk.deliveries()
    one = desk.post("one")
    with desk.editing() as editor:
        edited = save_post(editor, replace(one.spec, text="Uno"), post_id=one.id, version=one.version)
    assert said(edited) == ["reworded"]
    [after, _] = desk.deliveries()
    assert (after["id"], after["texts"]) == (before["id"], ["Uno #WorldMentalHealthDay"])
    agrees_with_its_file(desk)


def test_a_problem_writes_nothing(desk: Desk) -> None:
    desk.load(TWO)
    one, before = desk.post("one"), desk.everything()
    with desk.editing() as editor:
        late = save_post(editor, replace(one.spec, at=wall("2027-08-01 09:00")), post_id=one.id, version=1)
        long = save_post(editor, replace(one.spec, text="x" * 6_000), post_id=one.id, version=1)
    assert codes(late) == [(1, "in-the-past"), (1, "outside-campaign")]
    assert codes(long) == [(1, "no-room-for-primary-tag")] or (1, "too-long") in codes(long)
    assert not late.applied
    assert not long.applied
    assert desk.everything() == before


def test_an_edit_of_an_older_version_is_refused_with_both_texts(desk: Desk) -> None:
    desk.load(TWO)
    one = desk.post("one")
    with desk.editing("Bob") as editor:
        save_post(editor, replace(one.spec, text="Bob's"), post_id=one.id, version=one.version)
    with pytest.raises(Stale, match="Bob has changed") as stale, desk.editing() as editor:
        save_post(editor, replace(one.spec, text="Alice's"), post_id=one.id, version=one.version)
    assert (stale.value.mine.text, stale.value.theirs.spec.text) == ("Alice's", "Bob's")
    assert stale.value.theirs.version == one.version + 1


def test_a_post_that_was_taken_out_meanwhile_can_not_be_saved_over(desk: Desk) -> None:
    desk.load(TWO)
    one = desk.post("one")
    with desk.editing() as editor:
        remove_posts(editor, [one.id])
    with pytest.raises(Removed), desk.editing() as editor:
        save_post(editor, replace(one.spec, text="Late"), post_id=one.id, version=one.version)


def test_every_version_is_kept_with_who_wrote_it_and_can_be_restored(desk: Desk) -> None:
    desk.load(TWO)
    one = desk.post("one")
    with desk.editing("Bob") as editor:
        save_post(editor, replace(one.spec, text="Second"), post_id=one.id, version=1)
    with desk.editing() as editor:
        old = post_at(editor.session, desk.organisation_id, one.id, 1)
        assert old is not None
        save_post(editor, old, post_id=one.id, version=2)
        kept = versions_of(editor.session, desk.organisation_id, one.id)
    assert [(version.number, version.person, version.spec.text) for version in kept] == [
        (3, "Alice", "One"),
        (2, "Bob", "Second"),
        (1, "Alice", "One"),
    ]
    assert desk.post("one").spec == one.spec
