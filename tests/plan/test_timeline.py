"""When posts go out: fixed times, recurrences and the queue, also on the two strange nights."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from campaigns.core.findings import Level
from campaigns.core.zones import Oddity
from campaigns.plan.spec import Every
from campaigns.plan.timeline import Timeline, plan_occurrences
from tests.factories.specs import at, every, make_campaign, make_post, slot

LONG_BEFORE = datetime(2027, 1, 1, tzinfo=UTC)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def dues(timeline: Timeline) -> list[str]:
    return [f"{planned.due_utc:%Y-%m-%d %H:%M}" for planned in timeline.planned]


def codes(timeline: Timeline) -> list[str]:
    return [finding.code for finding in timeline.findings]


def test_a_fixed_time_is_read_in_the_campaigns_zone() -> None:
    timeline = plan_occurrences(make_campaign(at("2027-10-10 09:00")), LONG_BEFORE)
    assert dues(timeline) == ["2027-10-10 08:00"]
    assert timeline.planned[0].occurrence == "once"
    assert timeline.findings == []


def test_a_posts_own_zone_wins_over_the_campaigns() -> None:
    timeline = plan_occurrences(make_campaign(at("2027-10-10 09:00", timezone="Asia/Tokyo")), LONG_BEFORE)
    assert dues(timeline) == ["2027-10-10 00:00"]
    assert timeline.planned[0].zone == "Asia/Tokyo"


def test_a_time_that_does_not_exist_moves_forward_with_a_note() -> None:
    spring = {"timezone": "Europe/Paris", "starts": date(2027, 3, 1), "ends": date(2027, 3, 31)}
    timeline = plan_occurrences(make_campaign(at("2027-03-28 02:30"), **spring), LONG_BEFORE)
    assert dues(timeline) == ["2027-03-28 01:30"]
    assert timeline.planned[0].oddity is Oddity.MOVED
    [note] = timeline.findings
    assert (note.level, note.code, note.line) == (Level.NOTE, "time-moved", 10)
    assert "03:30" in note.what


def test_a_time_that_comes_twice_takes_the_first_with_a_note() -> None:
    autumn = {"timezone": "Europe/Paris", "starts": date(2027, 10, 1), "ends": date(2027, 10, 31)}
    timeline = plan_occurrences(make_campaign(at("2027-10-31 02:30"), **autumn), LONG_BEFORE)
    assert dues(timeline) == ["2027-10-31 00:30"]
    assert codes(timeline) == ["time-repeated"]


def test_a_fixed_time_that_is_past_is_planned_for_the_loader_to_judge() -> None:
    timeline = plan_occurrences(make_campaign(at("2027-10-10 09:00")), utc("2027-10-11 00:00"))
    assert dues(timeline) == ["2027-10-10 08:00"]


def test_a_recurrence_keeps_its_local_time_across_a_clock_change() -> None:
    autumn = make_campaign(every("10:00", weeks=1, on="sun"), ends=date(2027, 11, 7))
    assert dues(plan_occurrences(autumn, LONG_BEFORE)) == [
        "2027-10-03 09:00",
        "2027-10-10 09:00",
        "2027-10-17 09:00",
        "2027-10-24 09:00",
        "2027-10-31 10:00",
        "2027-11-07 10:00",
    ]


def test_until_and_ends_include_their_day() -> None:
    until = plan_occurrences(make_campaign(every("10:00", days=1, until=date(2027, 10, 3))), LONG_BEFORE)
    assert [planned.wall.day for planned in until.planned] == [1, 2, 3]
    ends = plan_occurrences(make_campaign(every("23:59", days=1)), LONG_BEFORE)
    assert ends.planned[-1].wall.isoformat() == "2027-10-14T23:59:00"


def test_every_second_week_counts_monday_weeks_from_the_week_of_the_start() -> None:
    # The start is a Friday: its week began on Monday 27 September, so Monday 11 October is two weeks on.
    timeline = plan_occurrences(
        make_campaign(every("10:00", weeks=2, on="mon fri"), ends=date(2027, 10, 31)), LONG_BEFORE
    )
    assert [planned.occurrence for planned in timeline.planned] == [
        "2027-10-01#0",
        "2027-10-11#0",
        "2027-10-15#0",
        "2027-10-25#0",
        "2027-10-29#0",
    ]


def test_a_weekly_recurrence_without_days_takes_the_weekday_of_the_start() -> None:
    timeline = plan_occurrences(make_campaign(every("10:00", weeks=1)), LONG_BEFORE)
    assert [planned.wall.day for planned in timeline.planned] == [1, 8]


def test_a_month_without_the_day_gives_its_last_day_with_one_note() -> None:
    year = make_campaign(every("10:00", months=1), starts=date(2027, 1, 31), ends=date(2027, 12, 31))
    timeline = plan_occurrences(year, LONG_BEFORE, horizon=None)
    assert [(wall.month, wall.day) for wall in (planned.wall for planned in timeline.planned)] == [
        (1, 31), (2, 28), (3, 31), (4, 30), (5, 31), (6, 30),
        (7, 31), (8, 31), (9, 30), (10, 31), (11, 30), (12, 31),
    ]  # fmt: skip
    assert codes(timeline) == ["short-month"]


def test_past_occurrences_are_skipped_and_counted() -> None:
    timeline = plan_occurrences(make_campaign(every("10:00", days=1)), utc("2027-10-12 09:00"))
    assert [planned.wall.day for planned in timeline.planned] == [12, 13, 14]
    [note] = timeline.findings
    assert (note.level, note.what) == (Level.NOTE, "11 past occurrences are skipped.")


def test_moving_the_time_of_day_keeps_each_occurrences_identity() -> None:
    before, after = (
        plan_occurrences(make_campaign(every(clock, weeks=1, on="mon")), LONG_BEFORE)
        for clock in ("10:00", "11:00")
    )
    assert [one.occurrence for one in before.planned] == [one.occurrence for one in after.planned]


def test_a_recurrence_that_never_comes_is_a_problem() -> None:
    weekend = make_campaign(every("10:00", weeks=1, on="sun"), ends=date(2027, 10, 2))
    [problem] = plan_occurrences(weekend, LONG_BEFORE).findings
    assert (problem.level, problem.code) == (Level.PROBLEM, "never-comes")


def test_recurrences_are_planned_as_far_as_the_horizon_only() -> None:
    long = make_campaign(every("10:00", days=1), ends=date(2037, 10, 1))
    planned = plan_occurrences(long, LONG_BEFORE).planned
    assert planned[-1].wall.date() == date(2027, 10, 1) + timedelta(days=89)
    later = plan_occurrences(long, utc("2028-10-01 00:00"), horizon=timedelta(days=2)).planned
    assert [f"{one.wall:%d %b}" for one in later] == ["01 Oct", "02 Oct"]


def test_queue_posts_take_the_next_slots_in_file_order_across_zones() -> None:
    slots = (slot("mon wed fri", "09:00"), slot("tue thu", "18:30", "America/New_York"))
    timeline = plan_occurrences(make_campaign(*[make_post()] * 4, slots=slots), LONG_BEFORE)
    assert dues(timeline) == ["2027-10-01 08:00", "2027-10-04 08:00", "2027-10-05 22:30", "2027-10-06 08:00"]
    assert [planned.post.place for planned in timeline.planned] == [0, 1, 2, 3]
    assert all(planned.from_queue for planned in timeline.planned)


def test_a_campaign_that_has_begun_fills_slots_from_now() -> None:
    campaign = make_campaign(make_post(), slots=(slot("mon wed fri", "09:00"),))
    assert dues(plan_occurrences(campaign, utc("2027-10-06 08:00"))) == ["2027-10-06 08:00"]
    assert dues(plan_occurrences(campaign, utc("2027-10-06 08:00:01"))) == ["2027-10-08 08:00"]


def test_a_slot_that_a_queue_post_holds_is_not_given_again() -> None:
    campaign = make_campaign(make_post(), slots=(slot("mon fri", "09:00"),))
    assert dues(plan_occurrences(campaign, LONG_BEFORE, {utc("2027-10-01 08:00")})) == ["2027-10-04 08:00"]


def test_two_slots_at_one_instant_count_once() -> None:
    slots = (slot("fri", "14:00"), slot("fri", "09:00", "America/New_York"), slot("fri", "14:00"))
    timeline = plan_occurrences(make_campaign(make_post(), make_post(), slots=slots), LONG_BEFORE)
    assert dues(timeline) == ["2027-10-01 13:00", "2027-10-08 13:00"]


def test_too_few_slots_is_one_problem_that_says_how_many_posts_found_none() -> None:
    campaign = make_campaign(*[make_post()] * 4, slots=(slot("fri", "09:00"),))
    timeline = plan_occurrences(campaign, LONG_BEFORE)
    assert len(timeline.planned) == 2
    [problem] = timeline.findings
    assert (problem.level, problem.code, problem.line) == (Level.PROBLEM, "no-slot-left", 30)
    assert problem.what.startswith("2 posts ")
    assert "2027-10-14" in problem.what


def test_posts_without_a_time_in_a_campaign_without_a_queue_are_a_problem() -> None:
    [problem] = plan_occurrences(make_campaign(make_post()), LONG_BEFORE).findings
    assert (problem.level, problem.code, problem.line) == (Level.PROBLEM, "no-slots", 10)


@pytest.mark.parametrize("now", ["2027-10-15 00:00", "2030-01-01 00:00"])
def test_a_campaign_that_is_over_has_no_slots_left(now: str) -> None:
    timeline = plan_occurrences(make_campaign(make_post(), slots=(slot("fri", "09:00"),)), utc(now))
    assert codes(timeline) == ["no-slot-left"]


def test_the_timeline_runs_by_instant_then_by_place_in_the_file() -> None:
    campaign = make_campaign(
        make_post(), at("2027-10-01 09:00"), at("2027-10-01 07:00"), slots=(slot("fri", "09:00"),)
    )
    assert [one.post.place for one in plan_occurrences(campaign, LONG_BEFORE).planned] == [2, 0, 1]


@pytest.mark.parametrize("day", [date(1, 1, 1), date(9999, 12, 31)])
def test_years_in_which_a_zone_has_no_instants_are_a_problem(day: date) -> None:
    far = make_campaign(every("23:30", days=1, zone="Asia/Tokyo"), starts=day, ends=day)
    assert codes(plan_occurrences(far, LONG_BEFORE)) == ["out-of-years"]
    post = plan_occurrences(make_campaign(at(f"{day} 23:30", timezone="America/New_York")), LONG_BEFORE)
    assert [(finding.code, finding.line) for finding in post.findings] == [("out-of-years", 10)]


def test_a_recurrence_leaves_out_its_exceptions() -> None:
    daily = make_post(
        every=Every(time(10), days=1, exceptions=(date(2027, 10, 2), date(2027, 10, 4))), text="Breathe"
    )
    timeline = plan_occurrences(make_campaign(daily, ends=date(2027, 10, 5)), LONG_BEFORE)
    assert [planned.wall.day for planned in timeline.planned] == [1, 3, 5]
    assert timeline.findings == []


def test_an_exception_on_a_day_that_never_comes_is_noted() -> None:
    mondays = make_post(every=Every(time(10), weeks=1, on=(0,), exceptions=(date(2027, 10, 5),)))
    [note] = plan_occurrences(make_campaign(mondays), LONG_BEFORE).findings
    assert (note.level, note.code) == (Level.NOTE, "idle-exception")
