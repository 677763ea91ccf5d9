"""What every lane of an engine shares."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from campaigns.deliver.tally import Tally
from campaigns.deliver.verdict import Pace
from campaigns.platforms.registry import rules_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from campaigns.deliver.accounts import Adapters
    from campaigns.deliver.agenda import AccountFacts
    from campaigns.deliver.journal import Journal
    from campaigns.deliver.reading import Reader
    from campaigns.deliver.runtime import Runtime
    from config.settings import Settings

MARGIN = timedelta(seconds=2)
"""A lease must outlast a call's deadline by this."""


@dataclass
class Desk:
    settings: Settings
    database: Engine
    runtime: Runtime
    journal: Journal
    reader: Reader
    adapters: Adapters
    owner: str  # who we are, as lanes and attempts record it
    stopping: bool = False
    suspect: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while a post is prepared over which a worker has died before: if one dies again, no other post
    that was prepared beside it is blamed."""
    tally: Tally = field(default_factory=Tally)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def lease_lasts(self) -> timedelta:
        return timedelta(seconds=self.settings.lane_lease)

    @property
    def call_needs(self) -> timedelta:
        """How long a lease must still last before a call may begin."""
        return timedelta(seconds=self.settings.call_deadline) + MARGIN

    def attempt_id(self) -> str:
        return f"{self.owner.rpartition('|')[2]}.{next(self._numbers)}"

    def pace(self, facts: AccountFacts) -> Pace:
        rate = rules_of(facts.platform).limits(facts.limits).rate
        interval = timedelta(seconds=rate.seconds / rate.posts) if rate else None
        return Pace(
            interval=interval,
            burst=interval * (rate.posts - 1) if rate and interval else timedelta(0),
            late_after=timedelta(seconds=self.settings.catch_up_after),
            late_every=timedelta(seconds=self.settings.catch_up_every),
        )
