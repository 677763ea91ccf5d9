from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from campaigns.core.errors import Missing, Misuse
from campaigns.core.moments import iso_z
from campaigns.models.tables import audit, campaign, organisation
from campaigns.plan.editing import (
    MOST_AT_ONCE,
    Stale,
    bring_back,
    cancel_posts,
    copy_posts,
    move_occurrence,
    move_posts,
    order_queue,
    post_at,
    queue_posts,
    remove_posts,
    retag_posts,
    save_post,
    versions_of,
)
from campaigns.plan.editing.saving import Removed
from tests.factories.desk import HEAD, SAMPLE
from tests.factories.specs import at, every, make_post

if TYPE_CHECKING:
    from collections.abc import Callable

    from campaigns.plan.editing import Edited
    from tests.factories.desk import Desk

TWO = (
    HEAD
    + """\
  - {id: one, text: "One", at: 2027-10-02 09:00}
  - {id: two, text: "Two", at: 2027-10-05 09:00}
"""
)
QUEUE = HEAD + "".join(f'  - {{id: {name}, text: "{name}"}}\n' for name in "abc")
WEEKLY = HEAD + '  - {id: check-in, text: "Check-in", every: {weeks: 1, on: [mon], at: "10:00"}}\n'


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def said(edited: Edited) -> list[str]:
    return [change.kind for change in edited.changes]


def codes(edited: Edited) -> list[tuple[int, str]]:
    return [(finding.line, finding.code) for finding in edited.findings]


def going(desk: Desk) -> dict[str, str]:
    """When the first delivery of each post goes out."""
    return {row["post"]: iso_z(row["due_utc"]) for row in reversed(desk.waiting())}


def agrees_with_its_file(desk: Desk, slug: str = "wmhd-2027") -> None:
    """Loading what was exported changes nothing."""
    before = desk.everything()
    loaded = desk.load(desk.export(slug))
    assert (loaded.changes, loaded.applied) == ([], True)
    assert desk.everything() == before


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


def test_a_dry_run_says_what_would_be_and_writes_nothing(desk: Desk) -> None:
    desk.load(TWO)
    one, before = desk.post("one"), desk.everything()
    with desk.editing(dry_run=True) as editor:
        edited = move_posts(editor, [one.id], days=1)
    assert (said(edited), edited.applied) == (["moved"], False)
    assert [iso_z(entry.planned.due_utc) for entry in edited.entries] == ["2027-10-03T08:00:00Z"]
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


def test_posts_move_to_a_time_and_by_days(desk: Desk) -> None:
    desk.load(TWO)
    ids = [desk.post(key).id for key in ("two", "one")]
    with desk.editing() as editor:
        edited = move_posts(editor, ids, days=2)
    assert (said(edited), edited.posts) == (["moved", "moved"], tuple(ids))
    assert going(desk) == {"one": "2027-10-04T08:00:00Z", "two": "2027-10-07T08:00:00Z"}
    with desk.editing() as editor:
        move_posts(editor, ids[:1], to=wall("2027-10-08 09:00"), zone="America/New_York")
    assert going(desk)["two"] == "2027-10-08T13:00:00Z"
    agrees_with_its_file(desk)


def test_a_queue_post_that_is_moved_leaves_its_slot_to_the_next(desk: Desk) -> None:
    desk.load(QUEUE)
    with desk.editing() as editor:
        move_posts(editor, [desk.post("a").id], days=1)
        save_post(editor, make_post(id="d"), campaign="wmhd-2027")
    assert going(desk) == {
        "a": "2027-10-02T08:00:00Z",
        "b": "2027-10-04T08:00:00Z",
        "c": "2027-10-06T08:00:00Z",
        "d": "2027-10-01T08:00:00Z",
    }
    agrees_with_its_file(desk)


def test_a_timed_post_takes_the_queues_next_free_slot(desk: Desk) -> None:
    desk.load(QUEUE + '  - {id: timed, text: "Timed", at: 2027-10-13 12:00}\n')
    with desk.editing() as editor:
        queue_posts(editor, [desk.post("timed").id])
    assert going(desk)["timed"] == "2027-10-08T08:00:00Z"
    agrees_with_its_file(desk)


def test_posts_of_the_queue_change_places(desk: Desk) -> None:
    desk.load(QUEUE)
    before = sorted(going(desk).values())
    with desk.editing() as editor:
        edited = order_queue(editor, [desk.post(key).id for key in "cab"])
    assert edited.applied
    assert [going(desk)[key] for key in "cab"] == before
    agrees_with_its_file(desk)


def test_one_occurrence_moves_alone(desk: Desk) -> None:
    desk.load(WEEKLY)
    with desk.editing() as editor:
        edited = move_occurrence(
            editor, desk.post("check-in").id, date(2027, 10, 4), wall("2027-10-05 11:00")
        )
    assert edited.applied
    assert [iso_z(row["due_utc"]) for row in desk.waiting()] == [
        "2027-10-05T10:00:00Z",
        "2027-10-11T09:00:00Z",
    ]
    assert desk.post("check-in").spec.every == replace(
        every("10:00", weeks=1, on="mon").every,  # type: ignore[type-var]  # it is one
        exceptions=(date(2027, 10, 4),),
    )
    agrees_with_its_file(desk)


def test_an_occurrence_that_is_being_sent_does_not_move(desk: Desk) -> None:
    desk.load(WEEKLY)
    desk.put(desk.deliveries()[0]["id"], state="submitting")
    with desk.editing() as editor:
        edited = move_occurrence(
            editor, desk.post("check-in").id, date(2027, 10, 4), wall("2027-10-05 11:00")
        )
    assert (codes(edited), edited.applied) == ([(1, "stays-as-it-is")], False)


def test_a_whole_recurrence_has_no_time_to_be_moved(desk: Desk) -> None:
    desk.load(WEEKLY)
    with desk.editing() as editor:
        edited = move_posts(editor, [desk.post("check-in").id], days=1)
    assert (codes(edited), edited.applied) == ([(1, "recurs")], False)


@pytest.mark.parametrize("state", ["published", "submitting", "uncertain"])
def test_what_is_out_or_being_sent_is_never_touched(desk: Desk, state: str) -> None:
    desk.load(TWO)
    one = desk.post("one")
    desk.put(desk.deliveries()[0]["id"], state=state, cursor=int(state == "published"))
    before = desk.deliveries()
    with desk.editing() as editor:
        for edited in (
            save_post(editor, replace(one.spec, text="Other"), post_id=one.id, version=one.version),
            move_posts(editor, [one.id], days=1),
            cancel_posts(editor, [one.id]),
            retag_posts(editor, [one.id], add=["TimeToTalk"]),
            remove_posts(editor, [one.id]),
        ):
            assert edited.applied
            assert [row["version"] for row in desk.deliveries()] == [row["version"] for row in before]
    assert desk.deliveries() == before


def test_what_is_removed_comes_back_as_it_was(desk: Desk) -> None:
    desk.load(TWO)
    before, ids = going(desk), [desk.post(key).id for key in ("one", "two")]
    with desk.editing() as editor:
        assert said(remove_posts(editor, ids)) == ["removed", "removed"]
    assert going(desk) == {}
    with desk.editing() as editor:
        assert said(bring_back(editor, ids)) == ["back", "back"]
    assert going(desk) == before
    agrees_with_its_file(desk)


def test_what_is_cancelled_stays_cancelled_until_somebody_brings_it_back(desk: Desk) -> None:
    desk.load(TWO)
    before, one = going(desk), desk.post("one").id
    with desk.editing() as editor:
        assert said(cancel_posts(editor, [one])) == ["cancelled"]
    assert list(going(desk)) == ["two"]
    assert desk.deliveries()[0]["reason"] == "Cancelled by Alice."
    agrees_with_its_file(desk)
    with desk.editing() as editor:
        assert said(bring_back(editor, [one])) == ["back"]
    assert going(desk) == before


def test_tags_are_added_and_left_out_for_many_at_once(desk: Desk) -> None:
    desk.load(TWO)
    ids = [desk.post(key).id for key in ("one", "two")]
    with desk.editing() as editor:
        retag_posts(editor, ids, add=["#TimeToTalk"], drop=["worldmentalhealthday"])
    assert [row["texts"] for row in desk.waiting()] == [["One #TimeToTalk"], ["Two #TimeToTalk"]]
    with desk.editing() as editor:
        retag_posts(editor, ids, as_campaign=True)
    assert desk.waiting()[0]["texts"] == ["One #WorldMentalHealthDay"]
    with pytest.raises(Misuse, match="one word"), desk.editing() as editor:
        retag_posts(editor, ids, add=["time to talk"])
    agrees_with_its_file(desk)


def test_copies_go_to_another_campaign_on_other_days_with_their_images(desk: Desk) -> None:
    desk.load(SAMPLE)
    desk.load(
        TWO.replace("wmhd-2027", "next")
        .replace("2027-10", "2028-10")
        .replace("Europe/London", "America/New_York")
        .replace("campaign: World", "campaign: Next World")
    )
    with desk.engine.connect() as connection:
        ids = [row["post_id"] for row in desk.deliveries() if row["wall"] == "2027-10-10 09:00"]
        assert connection.execute(select(campaign.c.slug)).all()
    with desk.editing() as editor:
        edited = copy_posts(editor, ids, "next", days=366)
    assert edited.applied
    copy = desk.deliveries()[-1]
    assert (copy["wall"], copy["zone"]) == ("2028-10-10 09:00", "Europe/London")
    assert copy["texts"] == ["One conversation can change a day. Who will you call? #WorldMentalHealthDay"]
    with desk.engine.connect() as connection:
        assert connection.execute(select(audit.c.action).order_by(audit.c.id.desc())).scalars().first() == (
            "plan.copy"
        )


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


def test_posts_of_others_are_not_there(desk: Desk) -> None:
    desk.load(TWO)
    one = desk.post("one").id
    with desk.engine.begin() as connection:
        other = connection.execute(
            organisation.insert()
            .values(slug="charlie", name="Charlie", created_utc=desk.now)
            .returning(organisation.c.id)
        ).scalar_one()
    with desk.editing("Charlie") as editor:
        charlie = replace(editor, organisation_id=other)
        attempts: tuple[Callable[[], Edited], ...] = (
            lambda: move_posts(charlie, [one], days=1),
            lambda: remove_posts(charlie, [one]),
            lambda: cancel_posts(charlie, [one]),
            lambda: bring_back(charlie, [one]),
            lambda: retag_posts(charlie, [one], add=["Mine"]),
            lambda: copy_posts(charlie, [one], "wmhd-2027"),
            lambda: save_post(charlie, make_post(), post_id=one, version=1),
            lambda: save_post(charlie, make_post(), campaign="wmhd-2027"),
        )
        for attempt in attempts:
            with pytest.raises(Missing):
                attempt()
        assert versions_of(charlie.session, other, one) == []


def test_an_edit_takes_a_bounded_number_of_posts_of_one_campaign(desk: Desk) -> None:
    desk.load(TWO)
    desk.load(TWO.replace("wmhd-2027", "next"))
    with desk.engine.connect() as connection:
        ids = {row["campaign_id"]: row["post_id"] for row in desk.deliveries()}
        assert connection.execute(select(campaign.c.id)).all()
    with desk.editing() as editor:
        with pytest.raises(Misuse, match="several campaigns"):
            move_posts(editor, list(ids.values()), days=1)
        with pytest.raises(Misuse, match="choose fewer"):
            move_posts(editor, range(1, MOST_AT_ONCE + 2), days=1)


def test_a_neighbour_within_minutes_is_noted_though_it_is_not_touched(desk: Desk) -> None:
    desk.load(TWO)
    with desk.editing() as editor:
        edited = move_posts(editor, [desk.post("one").id], to=wall("2027-10-05 09:03"))
    assert codes(edited) == [(1, "close-together")]
    assert edited.applied


def test_an_account_that_is_gone_does_not_keep_a_post_from_being_taken_out(desk: Desk) -> None:
    desk.load(TWO)
    with desk.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE account SET state = 'removed'")
    with desk.editing() as editor:
        assert not move_posts(editor, [desk.post("one").id], days=1).applied
        assert remove_posts(editor, [desk.post("one").id]).applied


def test_time_that_passed_is_said_before_a_post_comes_back(desk: Desk) -> None:
    desk.load(TWO)
    one = desk.post("one").id
    with desk.editing() as editor:
        remove_posts(editor, [one])
    desk.now += timedelta(days=40)
    with desk.editing() as editor:
        assert codes(bring_back(editor, [one])) == [(1, "in-the-past")]
