from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from campaigns.core.db import write_session
from campaigns.core.moments import iso_z
from campaigns.plan.loading import apply_new_zone_rules, extend_recurrences
from campaigns.plan.loading.removing import remove_campaign
from tests.factories.desk import HEAD

if TYPE_CHECKING:
    from tests.factories.desk import Desk

YEAR = HEAD.replace("ends: 2027-10-14", "ends: 2028-09-30")
DAILY = YEAR + '  - {id: daily, text: "Breathe", every: {days: 1, at: "10:00"}}\n'
MONDAYS = HEAD + '  - {id: week, text: "One word?", every: {weeks: 1, on: [mon], at: "10:00"}}\n'


def extend(desk: Desk) -> int:
    with write_session(desk.engine) as session:
        return extend_recurrences(session, desk.now)


def test_ninety_days_are_kept_ahead_and_no_more(desk: Desk) -> None:
    desk.now = datetime(2027, 10, 1, 12, tzinfo=UTC)
    desk.load(DAILY)
    assert len(desk.deliveries()) == 90
    assert extend(desk) == 0
    desk.now += timedelta(days=10)
    assert extend(desk) == 10
    assert extend(desk) == 0
    last = desk.deliveries()[-1]
    assert last["due_utc"] - desk.now < timedelta(days=90)
    assert last["texts"] == ["Breathe #WorldMentalHealthDay"]


def test_what_the_clock_made_is_what_a_load_would_make(desk: Desk) -> None:
    desk.now = datetime(2027, 10, 1, 12, tzinfo=UTC)
    desk.load(DAILY)
    desk.now += timedelta(days=10)
    extend(desk)
    before = desk.everything()
    assert desk.load(DAILY).changes == []
    assert desk.everything() == before


def test_five_clocks_at_once_make_each_occurrence_once(desk: Desk) -> None:
    desk.now = datetime(2027, 10, 1, 12, tzinfo=UTC)
    desk.load(DAILY)
    desk.now += timedelta(days=40)
    with ThreadPoolExecutor(5) as clocks:
        made = list(clocks.map(lambda _: extend(desk), range(5)))
    assert sum(made) == 40
    occurrences = [row["occurrence"] for row in desk.deliveries()]
    assert len(set(occurrences)) == len(occurrences) == 130
    assert all(len(row["texts"]) == 1 for row in desk.deliveries())


def test_another_time_of_day_moves_what_is_to_come_and_adds_nothing_to_today(desk: Desk) -> None:
    desk.load(MONDAYS)
    monday, *_ = desk.deliveries()
    desk.put(monday["id"], state="published", cursor=1)
    desk.now = datetime(2027, 10, 4, 9, 30, tzinfo=UTC)  # half past ten in London, the post is out
    loaded = desk.load(MONDAYS.replace("10:00", "11:00"))
    assert [change.kind for change in loaded.changes] == ["moved"]
    assert [(row["occurrence"], iso_z(row["due_utc"]), row["state"]) for row in desk.deliveries()] == [
        ("2027-10-04#0", "2027-10-04T09:00:00Z", "published"),
        ("2027-10-11#0", "2027-10-11T10:00:00Z", "scheduled"),
    ]


def test_another_weekday_cancels_the_old_days_and_makes_the_new_ones(desk: Desk) -> None:
    desk.load(MONDAYS)
    desk.load(MONDAYS.replace("[mon]", "[tue]"))
    assert [(row["occurrence"], row["state"]) for row in desk.deliveries()] == [
        ("2027-10-04#0", "cancelled"),
        ("2027-10-05#0", "scheduled"),
        ("2027-10-11#0", "cancelled"),
        ("2027-10-12#0", "scheduled"),
    ]


def test_an_occurrence_that_is_late_but_waiting_is_left_to_its_late_rule(desk: Desk) -> None:
    desk.load(MONDAYS)
    desk.now = datetime(2027, 10, 4, 9, 30, tzinfo=UTC)
    desk.load(MONDAYS.replace("One word?", "Two words?"))
    assert [row["state"] for row in desk.deliveries()] == ["scheduled", "scheduled"]


def test_what_was_cancelled_or_removed_is_never_made_again(desk: Desk) -> None:
    desk.now = datetime(2027, 10, 1, 12, tzinfo=UTC)
    desk.load(DAILY)
    desk.put(desk.deliveries()[5]["id"], state="cancelled", reason="by Bob")
    assert extend(desk) == 0
    with write_session(desk.engine) as session:
        remove_campaign(session, desk.organisation_id, "wmhd-2027", "Bob", desk.now)
    desk.now += timedelta(days=10)
    assert extend(desk) == 0


def test_new_zone_rules_move_what_waits_and_keep_its_wall_time(desk: Desk) -> None:
    desk.load(MONDAYS)
    first, second = desk.deliveries()
    hour = timedelta(hours=1)
    desk.put(
        first["id"], due_utc=first["due_utc"] + hour, wake_utc=first["wake_utc"] + hour
    )  # by older rules
    desk.put(second["id"], due_utc=second["due_utc"] + hour, state="published", cursor=1)
    apply_new_zone_rules(desk.engine, desk.now)
    mended, out = desk.deliveries()
    assert [mended[name] for name in ("due_utc", "wake_utc", "wall")] == [
        first[name] for name in ("due_utc", "wake_utc", "wall")
    ]
    assert mended["version"] == first["version"] + 1
    assert out["due_utc"] == second["due_utc"] + hour
    apply_new_zone_rules(desk.engine, desk.now)
    assert desk.deliveries()[0]["version"] == mended["version"]
