"""A lane in our hands: the lease under which we send, and the outcomes that are being written down."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from campaigns.deliver.journal import WINDOW
from campaigns.deliver.report import report_on
from campaigns.deliver.telling import tell

if TYPE_CHECKING:
    from campaigns.deliver.agenda import AccountFacts, Item
    from campaigns.deliver.desk import Desk
    from campaigns.deliver.lease import Lease
    from campaigns.deliver.outcome import Outcome
    from campaigns.models import State


class LaneLostError(Exception):
    """The lane is no longer ours; whoever owns it now goes on."""


class Lane:
    """`clean`: something went through under this lease, so that the next owner need not be careful.
    `safe_until`: on the boot clock; after this the lease may be over."""

    def __init__(self, desk: Desk, account_id: int) -> None:
        self.desk, self.account_id = desk, account_id
        self.lease: Lease | None = None
        self.facts: AccountFacts | None = None  # as last read
        self.safe_until = 0.0
        self.clean = False
        self._reports: set[asyncio.Future[State | None]] = set()

    @property
    def fence(self) -> int:
        if self.lease is None:
            raise RuntimeError("a lane without a lease sends nothing")
        return self.lease.fence

    def runs_short(self) -> bool:
        """Whether a call could outlast the lease; its renewal is on the way."""
        return self.desk.runtime.boot() + self.desk.settings.call_deadline > self.safe_until

    @property
    def careful(self) -> bool:
        """Whether the owner before us died: then one part at a time, marked as in preparation."""
        return self.lease is not None and self.lease.crashed

    def report_later(self, item: Item, outcome: Outcome, attempt_id: str | None) -> None:
        """Reports an outcome without waiting for the commit: the next intent comes in the same one."""
        future = self.desk.journal.put(report_on(item, self.fence, outcome, attempt_id), WINDOW)
        self._reports.add(future)
        future.add_done_callback(self._reports.discard)
        if self.facts:
            tell(self.desk, item, self.facts, outcome, attempt_id)

    async def report(self, item: Item, outcome: Outcome, attempt_id: str | None = None) -> None:
        self.report_later(item, outcome, attempt_id)
        await self.all_reported()

    async def all_reported(self) -> None:
        if self._reports:
            self.desk.journal.hurry()
            await asyncio.gather(*self._reports, return_exceptions=True)
