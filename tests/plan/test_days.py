"""Awareness days fall where their rules say, and say how sure of it one may be."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.plan.days import WEEKDAYS, awareness_days, observed
from campaigns.plan.days_reference import PAGE, page

COMPUTED = {
    "blue-monday": "2026-01-19 2027-01-18 2028-01-17",
    "time-to-talk": "2026-02-05 2027-02-04 2028-02-03",
    "world-cancer-day": "2026-02-04 2027-02-04 2028-02-04",
    "edaw-uk": "2026-02-23 2027-03-01 2028-02-28",
    "self-injury-day": "2026-03-01 2027-03-01 2028-03-01",
    "womens-day": "2026-03-08 2027-03-08 2028-03-08",
    "university-mhd": "2026-03-12 2027-03-11 2028-03-09",
    "world-bipolar-day": "2026-03-30 2027-03-30 2028-03-30",
    "tdov": "2026-03-31 2027-03-31 2028-03-31",
    "stress-awareness-month": "2026-04-01 2027-04-01 2028-04-01",
    "autism-day": "2026-04-02 2027-04-02 2028-04-02",
    "world-health-day": "2026-04-07 2027-04-07 2028-04-07",
    "mh-month-us": "2026-05-01 2027-05-01 2028-05-01",
    "world-mmh-day": "2026-05-06 2027-05-05 2028-05-03",
    "cmha-week": "2026-05-04 2027-05-03 2028-05-01",
    "mh-action-day": "2026-05-21 2027-05-20 2028-05-18",
    "idahobit": "2026-05-17 2027-05-17 2028-05-17",
    "schizophrenia-day": "2026-05-24 2027-05-24 2028-05-24",
    "als-month": "2026-05-01 2027-05-01 2028-05-01",
    "weda-day": "2026-06-02 2027-06-02 2028-06-02",
    "mens-health-week": "2026-06-15 2027-06-14 2028-06-12",
    "pride-month": "2026-06-01 2027-06-01 2028-06-01",
    "ptsd-day": "2026-06-27 2027-06-27 2028-06-27",
    "drug-day": "2026-06-26 2027-06-26 2028-06-26",
    "minority-mh-month": "2026-07-01 2027-07-01 2028-07-01",
    "self-care-day": "2026-07-24 2027-07-24 2028-07-24",
    "overdose-day": "2026-08-31 2027-08-31 2028-08-31",
    "suicide-prevention-month": "2026-09-01 2027-09-01 2028-09-01",
    "recovery-month": "2026-09-01 2027-09-01 2028-09-01",
    "wspd": "2026-09-10 2027-09-10 2028-09-10",
    "nspw-us": "2026-09-06 2027-09-05 2028-09-10",
    "ruok-day": "2026-09-10 2027-09-09 2028-09-14",
    "alzheimers-day": "2026-09-21 2027-09-21 2028-09-21",
    "older-persons": "2026-10-01 2027-10-01 2028-10-01",
    "adhd-month": "2026-10-01 2027-10-01 2028-10-01",
    "miaw": "2026-10-04 2027-10-03 2028-10-01",
    "depression-screening": "2026-10-08 2027-10-07 2028-10-05",
    "wmhd": "2026-10-10 2027-10-10 2028-10-10",
    "ocd-week": "2026-10-11 2027-10-10 2028-10-08",
    "baby-loss-week": "2026-10-09 2027-10-09 2028-10-09",
    "movember": "2026-11-01 2027-11-01 2028-11-01",
    "stress-day": "2026-11-04 2027-11-03 2028-11-01",
    "kindness-day": "2026-11-13 2027-11-13 2028-11-13",
    "mens-day": "2026-11-19 2027-11-19 2028-11-19",
    "tdor": "2026-11-20 2027-11-20 2028-11-20",
    "survivor-day": "2026-11-21 2027-11-20 2028-11-18",
    "evaw-day": "2026-11-25 2027-11-25 2028-11-25",
    "world-aids-day": "2026-12-01 2027-12-01 2028-12-01",
    "disability-day": "2026-12-03 2027-12-03 2028-12-03",
}
"""First days in 2026, 2027 and 2028, worked out by hand from each organiser's rule."""

BY_ID = {day.id: day for day in awareness_days()}
years = st.integers(1971, 2999)


@pytest.mark.parametrize("name", sorted(COMPUTED))
def test_a_day_falls_where_its_rule_says(name: str) -> None:
    assert [str(BY_ID[name].begins(year)) for year in (2026, 2027, 2028)] == COMPUTED[name].split()


def test_no_computed_day_is_without_a_date_to_test_it_by() -> None:
    assert {day.id for day in awareness_days() if not day.announced} == set(COMPUTED)


def test_every_rule_gives_the_dates_that_were_found() -> None:
    for day in awareness_days():
        for found in day.known:
            assert day.begins(found.year) == found, day.name


def test_an_announced_day_has_no_date_until_somebody_has_found_it() -> None:
    week = BY_ID["mhaw-uk"]
    assert week.begins(2020) == date(2020, 5, 18)
    assert week.begins(2027) is None
    assert "mid May" in week.announced


def test_blue_monday_is_never_presented_as_a_day_to_observe() -> None:
    assert BY_ID["blue-monday"].begins(2027) == date(2027, 1, 18)
    assert "Blue Monday" not in [one.day.name for one in observed(date(2027, 1, 1), date(2027, 1, 31))]


def test_a_day_without_a_source_is_marked_as_not_checked() -> None:
    for day in awareness_days():
        assert day.sure is (bool(day.sources) and not day.confirm)
        for source in day.sources:
            assert source.title
            assert not source.url or source.url.startswith(("https://", "http://"))
    assert not BY_ID["world-aids-day"].sources
    assert BY_ID["wmhd"].sure


def test_names_and_ids_are_given_once() -> None:
    days = awareness_days()
    assert len({day.id for day in days}) == len({day.name for day in days}) == len(days)


@given(years)
def test_a_rule_holds_in_every_year(year: int) -> None:
    for day in awareness_days():
        begins = day.begins(year)
        if begins is None:
            continue
        rule = day.rule
        assert begins.year == year, day.name
        assert 1 <= day.lasts(begins) <= 31
        if "nth" in rule:
            weekday = begins - timedelta(days=rule.get("plus", 0))
            assert WEEKDAYS[weekday.weekday()] == rule["weekday"]
            assert (weekday.day - 1) // 7 + 1 == rule["nth"]
            assert weekday.month == rule["of"]
        if "starts" in rule:
            assert WEEKDAYS[begins.weekday()] == rule["starts"]
        if "week_of" in rule:
            held = date.fromisoformat(f"{year}-{rule['week_of']}")
            assert begins <= held < begins + timedelta(days=7)


@given(st.dates(date(1971, 1, 1), date(2998, 12, 31)), st.integers(0, 60))
def test_what_is_observed_in_a_span_is_what_its_single_days_observe(first: date, days: int) -> None:
    last = first + timedelta(days=days)
    spanned = observed(first, last)
    assert all(one.begins <= last and one.ends >= first for one in spanned)
    every_day = [first + timedelta(days=number) for number in range(days + 1)]
    single = {(one.day.id, one.begins) for day in every_day for one in observed(day, day)}
    assert {(one.day.id, one.begins) for one in spanned} == single


def test_the_reference_page_is_what_the_data_says() -> None:
    assert PAGE.read_text("utf-8") == page(), "python -m campaigns.plan.days_reference renews it"
