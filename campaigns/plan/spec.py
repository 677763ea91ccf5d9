"""A campaign file, understood: plain values, no database. Everything in plan/ speaks in these."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime, time, timedelta
    from pathlib import Path

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Hashtags:
    """Tags as people read them, without the #."""

    primary: str | None = None
    supporting: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Slot:
    """A weekly place in the queue."""

    days: tuple[int, ...]  # 0 is Monday
    at: time
    timezone: str | None = None  # None: the campaign's


@dataclass(frozen=True, slots=True)
class Every:
    """A recurrence by local date and time; exactly one of the three counts is set."""

    at: time
    until: date | None = None  # its day included; None: the campaign's end
    days: int | None = None
    weeks: int | None = None  # counts Monday weeks from the one of the campaign's start
    months: int | None = None
    on: tuple[int, ...] = ()  # weekdays, for weeks; empty: the weekday of the campaign's start
    exceptions: tuple[date, ...] = ()  # days on which it does not come, ascending (RFC 5545's EXDATE)


@dataclass(frozen=True, slots=True)
class Late:
    within: timedelta
    then: str  # send, hold or drop


@dataclass(frozen=True, slots=True)
class MediaSpec:
    file: str  # as written, relative to the campaign file's folder
    alt: str
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class PostSpec:
    text: str
    place: int  # in the file, from 0
    line: int = field(default=0, compare=False)  # where it begins, from 1
    id: str | None = None
    at: datetime | None = None  # naive wall time
    every: Every | None = None
    timezone: str | None = None
    accounts: tuple[str, ...] | None = None
    hashtags: Hashtags | None = None
    language: str | None = None
    content_warning: str | None = None
    thread: tuple[str, ...] = ()
    media: tuple[MediaSpec, ...] = ()
    variants: dict[str, str] = field(default_factory=dict)  # by platform or account name
    essential: bool = False
    urgent: bool = False
    late: Late | None = None  # None: 1 h, hold
    source: str = field(default="", compare=False)  # the file it stands in: the campaign's, or a CSV file


@dataclass(frozen=True, slots=True)
class CampaignSpec:
    title: str
    slug: str
    timezone: str
    starts: date
    ends: date  # its day included
    accounts: tuple[str, ...]
    posts: tuple[PostSpec, ...]
    goal: str = ""
    languages: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    hashtags: Hashtags = field(default_factory=Hashtags)
    slots: tuple[Slot, ...] = ()
    folder: Path | None = field(default=None, compare=False)  # where media paths start
    source: str = field(default="", compare=False)  # the file's name, for messages

    def file_of(self, post: PostSpec) -> str:
        """The file that a post's line is in, for messages."""
        return post.source or self.source
