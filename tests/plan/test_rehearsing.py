from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from campaigns.core.moments import iso_z
from campaigns.plan.rehearsing import Rehearsed, local_time, rehearse
from tests.factories.desk import HEAD, SAMPLE, Desk

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine


@pytest.fixture
def desk(engine: Engine, tmp_path: Path) -> Desk:
    return Desk(
        engine, tmp_path / "desk", accounts=(("practice", "practice"), ("x", "x"), ("bluesky", "sky"))
    )


def rehearsed(desk: Desk, text: str) -> list[Rehearsed]:
    return rehearse(desk.check(text))


def test_a_rehearsal_needs_no_load_and_names_the_keys_of_the_contract(desk: Desk) -> None:
    first, *_ = rehearsed(desk, SAMPLE)
    shown = first.as_json()
    assert list(shown) == [
        *("due", "local", "account", "platform", "text"),
        *("parts", "length", "limit", "problems", "notes"),
    ]
    assert shown["due"] == "2027-10-01T08:00:00Z"
    assert shown["local"] == "2027-10-01 09:00 BST (UTC+01:00)"
    assert (shown["account"], shown["platform"], len(shown["parts"])) == ("practice", "practice", 4)
    assert shown["text"] == shown["parts"][0]
    assert shown["length"] <= shown["limit"]
    assert desk.deliveries() == []


def test_what_is_rehearsed_is_what_a_load_makes_to_the_character(desk: Desk) -> None:
    text = SAMPLE.replace("accounts: [practice]", "accounts: [practice, x, sky]")
    before = [(one.due, one.account, one.parts) for one in rehearsed(desk, text)]
    assert desk.load(text).applied
    made = [(iso_z(row["due_utc"]), row["account"], row["texts"]) for row in desk.deliveries()]
    assert before == made
    assert len(made) == 15
    assert [(one.due, one.account, one.parts) for one in rehearsed(desk, text)] == before


def test_the_variant_for_an_account_comes_before_that_for_its_platform(desk: Desk) -> None:
    variants = "    variants: {x: For X, bluesky: For Bluesky, sky: For our own sky}\n"
    post = '  - text: "For all"\n    at: 2027-10-10 09:00\n    accounts: [practice, x, sky]\n'
    shown = rehearsed(desk, HEAD.replace("hashtags: {primary: WorldMentalHealthDay}\n", "") + post + variants)
    assert {one.account: one.text for one in shown} == {
        "practice": "For all",
        "x": "For X",
        "sky": "For our own sky",
    }


def test_what_is_flagged_stands_at_the_delivery_it_concerns(desk: Desk) -> None:
    post = f'  - text: "{"long " * 80}"\n    at: 2027-10-10 09:00\n    accounts: [practice, x]\n'
    practice, x = rehearsed(desk, HEAD + post)
    assert practice.problems == []
    assert any("over X's 280" in problem for problem in x.problems)
    assert x.length > x.limit == 280


def test_a_strange_night_is_noted_at_the_occurrence_that_has_it(desk: Desk) -> None:
    text = (
        HEAD.replace("ends: 2027-10-14", "ends: 2027-11-07")
        + '  - {text: "Night", every: {weeks: 1, on: [sun], at: "01:30"}}\n'
    )
    shown = rehearsed(desk, text)
    assert [(one.due[:10], len(one.notes)) for one in shown] == [
        ("2027-10-03", 0),
        ("2027-10-10", 0),
        ("2027-10-17", 0),
        ("2027-10-24", 0),
        ("2027-10-31", 1),
        ("2027-11-07", 0),
    ]
    assert "comes twice" in shown[4].notes[0]


def test_a_rehearsal_shows_recurrences_to_their_end(desk: Desk) -> None:
    text = (
        HEAD.replace("ends: 2027-10-14", "ends: 2028-09-30")
        + '  - {text: "Breathe", every: {months: 1, at: "10:00"}}\n'
    )
    assert len(rehearsed(desk, text)) == 12


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("Europe/London", "2027-01-10 08:00 GMT (UTC+00:00)"),
        ("America/New_York", "2027-01-10 03:00 EST (UTC-05:00)"),
        ("America/Sao_Paulo", "2027-01-10 05:00 UTC-03:00"),
        ("Asia/Kathmandu", "2027-01-10 13:45 UTC+05:45"),
    ],
)
def test_local_time_names_its_zone(zone: str, shown: str) -> None:
    assert local_time(datetime(2027, 1, 10, 8, tzinfo=UTC), zone) == shown
