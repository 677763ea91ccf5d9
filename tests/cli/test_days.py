from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Said


def test_days_lists_each_with_its_date_and_where_it_was_found(beacon: Callable[..., Said]) -> None:
    said = beacon("days", "--year", "2027")
    assert said.code == 0
    assert "2027-10-10" in said.out
    assert "World Mental Health Day" in said.out
    assert "https://mentalhealth-uk.org/" in said.out
    assert "Blue Monday" not in said.out
    assert "Announced by their organisers, so without a date here: Bell Let's Talk Day" in said.out


def test_days_tells_programs_what_nobody_has_checked(beacon: Callable[..., Said]) -> None:
    days = {day["id"]: day for day in beacon("days", "--year", "2026", "--json").json}
    assert (days["survivor-day"]["from"], days["survivor-day"]["notes"]) == ("2026-11-21", ["with care"])
    assert days["world-aids-day"]["notes"] == ["not checked"]
    assert days["movember"]["to"] == "2026-11-30"


def test_days_refuses_a_year_that_cannot_be_planned(beacon: Callable[..., Said]) -> None:
    said = beacon("days", "--year", "1")
    assert said.code == 2
    assert "1971" in said.err
