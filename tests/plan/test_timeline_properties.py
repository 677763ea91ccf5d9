"""What holds for any campaign in any zone, with dateutil's recurrence rules as an independent judge."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil import rrule
from hypothesis import given
from hypothesis import strategies as st

from campaigns.core.findings import Level
from campaigns.core.zones import Oddity
from campaigns.plan.spec import CampaignSpec, Every, Slot
from campaigns.plan.timeline import plan_occurrences
from tests.factories.specs import make_campaign, make_post

BEFORE_ALL = datetime(2020, 1, 1, tzinfo=UTC)
ZONES = (
    "UTC", "Europe/London", "Europe/Paris", "America/New_York", "America/St_Johns", "Asia/Kathmandu",
    "Australia/Lord_Howe", "Pacific/Kiritimati", "Pacific/Apia", "Africa/Casablanca", "Asia/Gaza",
)  # fmt: skip

zones = st.sampled_from(ZONES)
dates = st.dates(date(2026, 1, 1), date(2029, 12, 31))
clocks = st.times().map(lambda clock: clock.replace(second=0, microsecond=0, tzinfo=None))
weekdays = st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days)))


@st.composite
def spans(draw: st.DrawFn, longest: int = 120) -> tuple[date, date]:
    starts = draw(dates)
    return starts, starts + timedelta(days=draw(st.integers(0, longest)))


@st.composite
def recurrences(draw: st.DrawFn) -> Every:
    kind = draw(st.sampled_from(["days", "weeks", "months"]))
    on = draw(st.just(()) | weekdays) if kind == "weeks" else ()
    until = draw(st.none() | dates)
    exceptions = draw(st.sets(dates, max_size=3))
    return Every(
        draw(clocks), until, on=on, exceptions=tuple(sorted(exceptions)), **{kind: draw(st.integers(1, 5))}
    )


def expected_dates(every: Every, starts: date, ends: date) -> list[date]:
    last = min(every.until or ends, ends)
    begin, end = (datetime.combine(day, time.min) for day in (starts, last))
    if every.weeks:
        on = every.on or (starts.weekday(),)
        rule = rrule.rrule(
            rrule.WEEKLY, interval=every.weeks, byweekday=on, wkst=rrule.MO, dtstart=begin, until=end
        )
    elif every.months:
        # The last of the days 28 to the start's that the month has: the start's day, or the month's last.
        days = list(range(min(starts.day, 28), starts.day + 1))
        rule = rrule.rrule(
            rrule.MONTHLY, interval=every.months, bymonthday=days, bysetpos=-1, dtstart=begin, until=end
        )
    else:
        rule = rrule.rrule(rrule.DAILY, interval=every.days or 1, dtstart=begin, until=end)
    return [moment.date() for moment in rule if moment.date() not in every.exceptions]


@given(every=recurrences(), span=spans(400), zone=zones)
def test_recurrences_come_on_the_days_that_an_independent_rule_names(
    every: Every, span: tuple[date, date], zone: str
) -> None:
    starts, ends = span
    campaign = make_campaign(make_post(every=every), timezone=zone, starts=starts, ends=ends)
    planned = plan_occurrences(campaign, BEFORE_ALL, horizon=None).planned
    assert [one.wall for one in planned] == [
        datetime.combine(day, every.at) for day in expected_dates(every, starts, ends)
    ]
    assert len({one.occurrence for one in planned}) == len(planned)


@given(every=recurrences(), span=spans(400), zone=zones)
def test_each_instant_shows_its_wall_time_unless_that_does_not_exist(
    every: Every, span: tuple[date, date], zone: str
) -> None:
    campaign = make_campaign(make_post(every=every), timezone=zone, starts=span[0], ends=span[1])
    timeline = plan_occurrences(campaign, BEFORE_ALL, horizon=None)
    for one in timeline.planned:
        shown = one.due_utc.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        if one.oddity is Oddity.MOVED:
            assert one.wall < shown <= one.wall + timedelta(days=1)
        else:
            assert shown == one.wall
            earlier = one.due_utc - timedelta(hours=2)  # no zone repeats more than this
            steps = (earlier + timedelta(minutes=step) for step in range(0, 120, 10))
            assert all(step.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != one.wall for step in steps)
    odd = sum(one.oddity is not Oddity.NONE for one in timeline.planned)
    assert sum(finding.code.startswith("time-") for finding in timeline.findings) == odd


@st.composite
def queues(draw: st.DrawFn) -> CampaignSpec:
    starts, ends = draw(spans(40))
    slot = st.builds(Slot, weekdays, clocks, st.none() | zones)
    return make_campaign(
        *[make_post()] * draw(st.integers(1, 30)),
        timezone=draw(zones),
        starts=starts,
        ends=ends,
        slots=tuple(draw(st.lists(slot, min_size=1, max_size=4))),
    )


@given(campaign=queues(), data=st.data())
def test_each_slot_is_used_once_in_order_and_inside_the_campaign(
    campaign: CampaignSpec, data: st.DataObject
) -> None:
    begins = datetime.combine(campaign.starts, time.min, UTC)
    now = begins + data.draw(st.timedeltas(timedelta(days=-5), timedelta(days=45)))
    alone = [one.due_utc for one in plan_occurrences(campaign, now).planned]
    taken = set(data.draw(st.lists(st.sampled_from(alone)))) if alone else set()

    timeline = plan_occurrences(campaign, now, taken)

    given_out = [one.due_utc for one in timeline.planned]
    assert given_out == sorted(set(given_out) - taken)
    assert [one.post.place for one in timeline.planned] == list(range(len(given_out)))
    for one in timeline.planned:
        assert one.due_utc >= now
        assert campaign.starts <= one.wall.date() <= campaign.ends
        assert any(
            one.wall.weekday() in slot.days
            and one.wall.time() == slot.at
            and one.zone == (slot.timezone or campaign.timezone)
            for slot in campaign.slots
        )
    problems = [finding for finding in timeline.findings if finding.level is Level.PROBLEM]
    assert bool(problems) == (len(given_out) < len(campaign.posts))


@given(campaign=queues())
def test_loading_in_two_steps_gives_the_slots_of_loading_at_once(campaign: CampaignSpec) -> None:
    at_once = [one.due_utc for one in plan_occurrences(campaign, BEFORE_ALL).planned]
    half = len(campaign.posts) // 2
    first = plan_occurrences(make_like(campaign, half), BEFORE_ALL).planned
    rest = plan_occurrences(
        make_like(campaign, len(campaign.posts) - half), BEFORE_ALL, {one.due_utc for one in first}
    ).planned
    assert [one.due_utc for one in [*first, *rest]] == at_once


def make_like(campaign: CampaignSpec, posts: int) -> CampaignSpec:
    return make_campaign(
        *[make_post()] * posts,
        timezone=campaign.timezone,
        starts=campaign.starts,
        ends=campaign.ends,
        slots=campaign.slots,
    )
