"""Awareness days: which there are, when they are, and how sure of it one may be; read from awareness.toml."""

from __future__ import annotations

import tomllib
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

DATA = Path(__file__).with_name("awareness.toml")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEK = 7


@dataclass(frozen=True, slots=True)
class Source:
    title: str
    url: str  # empty when it has none


@dataclass(frozen=True, slots=True)
class AwarenessDay:
    """A day, week or month that comes each year."""

    id: str
    name: str
    rule: Mapping[str, Any]  # see awareness.toml
    where: str  # "world", or countries
    about: str
    hashtags: tuple[str, ...]
    days: int = 1
    by: str = ""  # who organises it
    care: bool = False  # speak of it with help at hand
    fact: bool = True  # False: an invention, never presented as an awareness day
    confirm: bool = False  # the rule fits the years that are known; look before planning on it
    known: tuple[date, ...] = ()  # first days that were found
    note: str = ""
    sources: tuple[Source, ...] = ()  # none: nobody has checked it yet

    @property
    def announced(self) -> str:
        """What is usual, when its organiser says when; else empty."""
        return str(self.rule.get("announced", ""))

    @property
    def sure(self) -> bool:
        return bool(self.sources) and not self.confirm

    def concerns(self, regions: Collection[str]) -> bool:
        """Whether people in any of these countries may know it."""
        return not {"world", "others", *regions}.isdisjoint(self.where.split(" and "))

    def begins(self, year: int) -> date | None:
        """Its first day; None when only its organiser can say, and nobody has written down what they said."""
        if self.announced:
            return next((day for day in self.known if day.year == year), None)
        return _begins(self.rule, year)

    def lasts(self, begins: date) -> int:
        """Days."""
        return monthrange(begins.year, begins.month)[1] if "month" in self.rule else self.days


@dataclass(frozen=True, slots=True)
class Observed:
    """One year's: its first and its last day."""

    day: AwarenessDay
    begins: date
    ends: date


@cache
def awareness_days() -> tuple[AwarenessDay, ...]:
    """All of them, in the order of the year."""
    data = tomllib.loads(DATA.read_text("utf-8"))
    sources = {name: Source(given["title"], given.get("url", "")) for name, given in data["sources"].items()}
    return tuple(_day(given, sources) for given in data["days"])


def observed(first: date, last: date) -> list[Observed]:
    """What falls on any day from `first` (not before the year 2) to `last`, both included, by first day;
    inventions are left out."""
    return sorted(_observed(first, last), key=lambda one: (one.begins, -one.ends.toordinal(), one.day.name))


def _observed(first: date, last: date) -> Iterator[Observed]:
    for day in awareness_days():
        for year in range(first.year - 1, last.year + 1):
            begins = day.begins(year) if day.fact else None
            if begins is None or begins > last:
                continue
            ends = begins + timedelta(days=day.lasts(begins) - 1)
            if ends >= first:
                yield Observed(day, begins, ends)


def _begins(rule: Mapping[str, Any], year: int) -> date:
    if "on" in rule:
        return _on(rule["on"], year)
    if "month" in rule:
        return date(year, rule["month"], 1)
    if "nth" in rule:
        first = _first(WEEKDAYS.index(rule["weekday"]), date(year, rule["of"], 1))
        return first + timedelta(days=WEEK * (rule["nth"] - 1) + rule.get("plus", 0))
    weekday = WEEKDAYS.index(rule["starts"])
    if "week_of" in rule:
        held = _on(rule["week_of"], year)
        return held - timedelta(days=(held.weekday() - weekday) % WEEK)
    return _first(weekday, date(year, rule["first_week"], 1))


def _on(month_and_day: str, year: int) -> date:
    month, day = map(int, month_and_day.split("-"))
    return date(year, month, day)


def _first(weekday: int, since: date) -> date:
    return since + timedelta(days=(weekday - since.weekday()) % WEEK)


def _day(given: dict[str, Any], sources: Mapping[str, Source]) -> AwarenessDay:
    return AwarenessDay(
        **{
            **given,
            "hashtags": tuple(given["hashtags"]),
            "known": tuple(map(date.fromisoformat, given.get("known", ()))),
            "sources": tuple(sources[name] for name in given.get("sources", ())),
        }
    )
