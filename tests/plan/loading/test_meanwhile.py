"""What became of a post since it was loaded, by the engine or a person, stands when its file comes again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.factories.desk import HEAD
from tests.support.loads import THREE, kinds

if TYPE_CHECKING:
    from tests.factories.desk import Desk


def test_what_is_out_is_never_touched(desk: Desk) -> None:
    text = HEAD + '  - {id: door, text: "Who will you call?", at: 2027-10-10 09:00}\n'
    desk.load(text)
    for state, cursor in (("published", 1), ("submitting", 0), ("uncertain", 0), ("scheduled", 1)):
        desk.put(desk.deliveries()[0]["id"], state=state, cursor=cursor)
        before = desk.deliveries()
        edited = text.replace("call", f"call {state} {cursor}")
        loaded = desk.load(edited)
        assert loaded.applied
        assert "stays-as-it-is" in {finding.code for finding in loaded.findings}
        assert desk.deliveries() == before


def test_taking_out_a_thread_that_has_begun_stops_its_rest(desk: Desk) -> None:
    thread = '  - text: "One"\n    at: 2027-10-02 09:00\n    thread: ["Two", "Three"]\n'
    other = '  - text: "Other"\n    at: 2027-10-06 09:00\n'
    desk.load(HEAD + thread + other)
    desk.put(desk.deliveries()[0]["id"], cursor=1)
    desk.load(HEAD + other)
    assert desk.deliveries()[0]["state"] == "partly_out"


def test_taking_out_what_is_being_sent_says_so_and_leaves_it(desk: Desk) -> None:
    desk.load(THREE)
    desk.put(desk.deliveries()[0]["id"], state="submitting")
    loaded = desk.load(THREE.replace('  - text: "One"\n    at: 2027-10-02 09:00\n', ""))
    assert [finding.code for finding in loaded.findings] == ["in-flight"]
    assert desk.deliveries()[0]["state"] == "submitting"


def test_what_a_person_moved_stays_moved(desk: Desk) -> None:
    desk.load(THREE)
    first = desk.deliveries()[0]
    later = first["due_utc"] + timedelta(hours=3)
    desk.put(first["id"], due_utc=later, wake_utc=later, wall="2027-10-02 12:00")
    before = desk.everything()
    assert desk.load(THREE).changes == []
    assert desk.everything() == before


def test_what_a_person_sends_at_once_goes_at_once_in_the_words_of_the_newest_file(desk: Desk) -> None:
    text = HEAD + '  - {id: door, text: "Call?", at: 2027-10-10 09:00}\n'
    desk.load(text)
    desk.put(desk.deliveries()[0]["id"], due_utc=desk.now, wake_utc=desk.now, urgent=True)
    before = desk.everything()
    assert desk.load(text).changes == []
    assert desk.everything() == before
    assert kinds(desk.load(text.replace("Call?", "Ring?"))) == ["reworded"]
    [row] = desk.deliveries()
    assert (row["urgent"], row["due_utc"], row["texts"]) == (True, desk.now, ["Ring? #WorldMentalHealthDay"])


def test_what_a_person_cancelled_stays_cancelled(desk: Desk) -> None:
    desk.load(THREE)
    desk.put(desk.deliveries()[0]["id"], state="cancelled", reason="cancelled by Bob")
    before = desk.everything()
    assert desk.load(THREE).changes == []
    assert desk.everything() == before


def test_a_held_post_goes_again_only_when_it_gets_another_time(desk: Desk) -> None:
    text = HEAD + '  - {id: door, text: "Call?", at: 2027-10-10 09:00}\n'
    desk.load(text)
    desk.put(desk.deliveries()[0]["id"], state="held", reason="late", attempts=2)
    desk.load(text.replace("Call?", "Ring?"))
    [held] = desk.deliveries()
    assert (held["state"], held["reason"], held["attempts"]) == ("held", "late", 0)
    desk.load(text.replace("Call?", "Ring?").replace("2027-10-10", "2027-10-11"))
    [woken] = desk.deliveries()
    assert (woken["state"], woken["reason"]) == ("scheduled", "")


@pytest.mark.parametrize("state", ["failed", "missed"])
def test_what_was_refused_or_missed_can_be_mended_and_taken_out(desk: Desk, state: str) -> None:
    file = f'{HEAD}  - {{id: a, text: "Frst try", at: 2027-10-05 10:00}}\n'
    desk.load(file)
    desk.put(desk.deliveries()[0]["id"], state=state, reason="so it is", attempts=1)
    desk.load(file.replace("Frst", "First"))
    [mended] = desk.deliveries()
    assert (mended["state"], mended["reason"]) == (state, "so it is"), "a person lets it go"
    assert mended["texts"] == ["First try #WorldMentalHealthDay"]
    desk.load(f"{HEAD}  - {{id: b, text: Another, at: 2027-10-06 10:00}}\n")
    assert [row["state"] for row in desk.deliveries()] == ["cancelled", "scheduled"]
