"""A post of the queue keeps its slot when its file comes again, as long as there is such a slot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from campaigns.core.moments import iso_z
from tests.factories.desk import HEAD
from tests.support.loads import kinds

if TYPE_CHECKING:
    from tests.factories.desk import Desk


def test_an_assigned_slot_stays_when_posts_come_go_and_change_places(desk: Desk) -> None:
    desk.load(HEAD + '  - text: "A"\n  - text: "B"\n  - text: "C"\n')
    slots = {row["texts"][0][0]: iso_z(row["due_utc"]) for row in desk.waiting()}
    assert slots == {
        "A": "2027-10-01T08:00:00Z",
        "B": "2027-10-04T08:00:00Z",
        "C": "2027-10-06T08:00:00Z",
    }
    loaded = desk.load(HEAD + '  - text: "N"\n  - text: "C"\n  - text: "A"\n')
    assert sorted(kinds(loaded)) == ["added", "removed", "reordered"]
    assert {row["texts"][0][0]: iso_z(row["due_utc"]) for row in desk.waiting()} == {
        "A": slots["A"],
        "C": slots["C"],
        "N": slots["B"],
    }


def test_a_queue_post_keeps_its_slot_when_the_slots_are_defined_anew(desk: Desk) -> None:
    text = HEAD + '  - text: "A"\n  - text: "B"\n'
    desk.load(text)
    before = [row["due_utc"] for row in desk.waiting()]
    assert kinds(desk.load(text.replace("[mon, wed, fri]", "[tue]"))) == ["campaign"]
    assert [row["due_utc"] for row in desk.waiting()] == before


def test_a_queue_post_whose_slot_falls_out_of_the_campaign_gets_another(desk: Desk) -> None:
    text = HEAD + '  - text: "A"\n  - text: "B"\n'
    desk.load(text)
    loaded = desk.load(text.replace("starts: 2027-10-01", "starts: 2027-10-03"))
    assert kinds(loaded) == ["campaign", "moved"]
    assert [iso_z(row["due_utc"]) for row in desk.waiting()] == [
        "2027-10-04T08:00:00Z",
        "2027-10-06T08:00:00Z",
    ]
