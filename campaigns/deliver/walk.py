"""A lane's walk: one account's deliveries, strictly in order, for as long as something of it is near."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError

from campaigns.deliver.journal import JournalDownError
from campaigns.deliver.lane import Lane, LaneLostError
from campaigns.deliver.lease import GiveBack, Take
from campaigns.deliver.turn import Step, go_on, take_turn
from campaigns.deliver.verdict import LEAD
from campaigns.models import WAITING, State

if TYPE_CHECKING:
    from campaigns.deliver.agenda import Agenda, Item
    from campaigns.deliver.desk import Desk
    from campaigns.deliver.watch import Glance
    from campaigns.platforms.contract import Adapter

log = structlog.get_logger(__name__)

UNSTEADY = timedelta(seconds=1)
"""How long to wait before the wall clock is asked again whether it can be trusted."""


class LaneWalk:
    """Walks one lane until nothing of it is near, the lane is lost, or the engine stops."""

    def __init__(self, desk: Desk, account_id: int) -> None:
        self._desk, self._account_id = desk, account_id
        self._near = timedelta(seconds=desk.settings.look_ahead)
        self._agenda: Agenda | None = None
        self._known: frozenset[int] = frozenset()  # the deliveries that the agenda has
        self._stale = asyncio.Event()  # the agenda is to be read again
        self.lane = Lane(desk, account_id)

    @property
    def holds(self) -> bool:
        return self.lane.lease is not None

    def nudge(self) -> None:
        """Something of this lane may have become due."""
        self._stale.set()

    def seen(self, glance: Glance) -> None:
        """What the lane looks like now: the agenda may be out of date."""
        agenda = self._agenda
        if agenda and not (
            {glance.first, glance.urgent} <= self._known | {None}
            and glance.credentials_version == agenda.account.credentials_version
        ):
            self._stale.set()

    async def run(self) -> None:
        desk, lane = self._desk, self.lane
        asked = desk.runtime.boot()
        try:
            lane.lease = await desk.journal.put(Take(self._account_id, desk.owner, desk.lease_lasts))
            if lane.lease is None:
                return
            lane.safe_until = asked + desk.settings.lane_lease
            await self._walk()
        except (JournalDownError, OperationalError, InterfaceError):
            log.warning("lane.database_away", account=self._account_id)
        except LaneLostError:
            log.warning("lane.lost", account=self._account_id)
        finally:
            await self._end()

    async def _end(self) -> None:
        lane = self.lane
        await lane.all_reported()
        lease, lane.lease = lane.lease, None
        if lease:
            giving_back = GiveBack(self._account_id, self._desk.owner, lease.fence, lane.clean)
            try:
                await self._desk.journal.put(giving_back)
            except JournalDownError:
                log.warning("lane.not_given_back", account=self._account_id)  # its lease will run out
        await self._desk.adapters.rest(self._account_id)

    async def _walk(self) -> None:
        desk = self._desk
        something_near = True
        while something_near and not desk.stopping:
            await self.lane.all_reported()
            self._stale.clear()
            agenda = await desk.reader.agenda_of(self._account_id)
            self._agenda, self._known = agenda, frozenset(item.delivery_id for item in agenda.items)
            if not agenda.items:
                return
            self.lane.facts = agenda.account
            something_near = await self._through(agenda, await desk.adapters.of(agenda.account))

    async def _through(self, agenda: Agenda, adapter: Adapter) -> bool:
        """Goes through the agenda, or until it is out of date; False when nothing more is near."""
        for index, item in enumerate(agenda.items):
            while True:
                until = self._must_wait(agenda)
                if until is None:
                    if _ready(item) - self._desk.runtime.now() <= LEAD:
                        break
                    if await self._meanwhile(agenda, index, adapter):
                        return True
                    until = _ready(item) - LEAD
                if not await self._rest(until):
                    return False
                if self._to_read_again:
                    return True
            step = await take_turn(self.lane, agenda, item, adapter)
            if isinstance(step, datetime):
                return await self._rest(step)
            if step is Step.REREAD or self._to_read_again:
                return True
        return True

    @property
    def _to_read_again(self) -> bool:
        return self._stale.is_set() or self._desk.stopping

    def _must_wait(self, agenda: Agenda) -> datetime | None:
        """Until when nothing at all may be done: the clock is not to be trusted, or the platform's word."""
        now = self._desk.runtime.now()
        if not self._desk.runtime.steady():
            return now + UNSTEADY
        asked = (agenda.account.not_before, agenda.account.breaker_until)
        until = max((moment for moment in asked if moment), default=now)
        return until if until > now else None

    async def _rest(self, until: datetime) -> bool:
        """Waits, or until the agenda is out of date; False, at once, when `until` is not near."""
        wait = until - self._desk.runtime.now()
        if wait > self._near:
            return False
        try:
            async with asyncio.timeout(max(wait.total_seconds(), 0)):
                await self._stale.wait()
        except TimeoutError:
            pass
        return True

    async def _meanwhile(self, agenda: Agenda, index: int, adapter: Adapter) -> bool:
        """While the lane waits, uploads what a later post will need; False when there is nothing to do."""
        now = self._desk.runtime.now()
        for item in agenda.items[index:]:
            if item.unprepared and item.wake <= now and item.state in WAITING:
                await go_on(self.lane, agenda, item, adapter)
                return True
        return False


def _ready(item: Item) -> datetime:
    """When something can be done for it: prepare it, look it up, or send it."""
    if item.unprepared or item.state is State.UNCERTAIN:
        return item.wake
    return max(item.wake, item.due)
