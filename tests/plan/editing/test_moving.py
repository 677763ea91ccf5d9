"""Posts move: to another time, by days, into the queue and within it, and one occurrence alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from campaigns.core.moments import iso_z
from campaigns.plan.editing import move_occurrence, move_posts, order_queue, queue_posts, save_post
from tests.factories.desk import HEAD
from tests.factories.specs import every, make_post
from tests.support.edits import TWO, agrees_with_its_file, codes, going, said, wall

if TYPE_CHECKING:
    from tests.factories.desk import Desk

QUEUE = HEAD + "".join(f'  - {{id: {name}, text: "{name}"}}\n' for name in "abc")
WEEKLY = HEAD + '  - {id: check-in, text: "Check-in", every: {weeks: 1, on: [mon], at: "10:00"}}\n'


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


def test_a_neighbour_within_minutes_is_noted_though_it_is_not_touched(desk: Desk) -> None:
    desk.load(TWO)
    with desk.editing() as editor:
        edited = move_posts(editor, [desk.post("one").id], to=wall("2027-10-05 09:03"))
    assert codes(edited) == [(1, "close-together")]
    assert edited.applied
