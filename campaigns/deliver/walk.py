"""A lane's walk: one account's deliveries, strictly in order - prepare, intend, send, report."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError

from campaigns.deliver import calls
from campaigns.deliver.agenda import read_agenda
from campaigns.deliver.intent import Intent
from campaigns.deliver.journal import JournalDownError
from campaigns.deliver.lease import GiveBack, Mark, Take
from campaigns.deliver.outcome import Again, No, Out, Unknown, Uploaded
from campaigns.deliver.reconcile import look_again
from campaigns.deliver.report import BREAKER_OPENS_AT, Health, report_on
from campaigns.deliver.verdict import LEAD, Asked, Divert, Go, Wait, Why
from campaigns.models import WAITING, AttemptKind, State
from campaigns.platforms.contract import PlatformError

if TYPE_CHECKING:
    from campaigns.deliver.agenda import Agenda, Item
    from campaigns.deliver.desk import Desk
    from campaigns.deliver.lease import Lease
    from campaigns.deliver.outcome import Outcome
    from campaigns.platforms.contract import Adapter

log = structlog.get_logger(__name__)

AGENDA_LASTS = 1.0
"""Seconds after which the agenda is read again, so that something urgent is noticed."""

POISON = 5
"""A delivery whose worker died this often while preparing it is given up."""


class Step(Enum):
    """What comes after one part."""

    ONWARD = auto()  # the next item of the agenda
    REREAD = auto()  # something changed: read the agenda again


class LaneLostError(Exception):
    """The lane is no longer ours; whoever owns it now goes on."""


class LaneWalk:
    """Walks one lane until nothing of it is near, the lane is lost, or the engine stops."""

    def __init__(self, desk: Desk, account_id: int) -> None:
        self._desk, self._account_id = desk, account_id
        self._nudged = asyncio.Event()
        self._lease: Lease | None = None
        self._reports: set[asyncio.Future[State | None]] = set()
        self._clean = False
        self.safe_until = 0.0  # on the boot clock: the lease may be over after this

    @property
    def holds(self) -> bool:
        return self._lease is not None

    def nudge(self) -> None:
        """Something of this lane may have become due."""
        self._nudged.set()

    async def run(self) -> None:
        desk = self._desk
        asked = desk.runtime.boot()
        try:
            self._lease = await desk.journal.put(Take(self._account_id, desk.owner, desk.lease_lasts))
            if self._lease is None:
                return
            self.safe_until = asked + desk.settings.lane_lease
            await self._walk()
        except (JournalDownError, OperationalError, InterfaceError):
            log.warning("lane.database_away", account=self._account_id)
        except LaneLostError:
            log.warning("lane.lost", account=self._account_id)
        finally:
            await self._end()

    async def _end(self) -> None:
        if self._reports:
            await asyncio.wait(self._reports)
        lease, self._lease = self._lease, None
        if lease:
            giving_back = GiveBack(self._account_id, self._desk.owner, lease.fence, self._clean)
            try:
                await self._desk.journal.put(giving_back)
            except JournalDownError:
                log.warning("lane.not_given_back", account=self._account_id)  # its lease will run out
        await self._desk.adapters.rest(self._account_id)

    async def _walk(self) -> None:
        desk = self._desk
        near = timedelta(seconds=desk.settings.look_ahead)
        while not desk.stopping:
            await self._all_reported()
            self._nudged.clear()
            now = desk.runtime.now()
            agenda = await desk.runtime.blocking(
                read_agenda, desk.database, self._account_id, now, now + near, desk.settings.media_dir
            )
            if not agenda.items:
                return
            adapter = await desk.adapters.of(agenda.account)
            rest_until = await self._through(agenda, adapter)
            if rest_until is None:
                continue
            if rest_until - desk.runtime.now() > near:
                return
            await self._rest(rest_until)

    async def _rest(self, until: datetime) -> None:
        seconds = min((until - self._desk.runtime.now()).total_seconds(), AGENDA_LASTS)
        if seconds > 0:
            try:
                async with asyncio.timeout(seconds):
                    await self._nudged.wait()
            except TimeoutError:
                pass

    async def _through(self, agenda: Agenda, adapter: Adapter) -> datetime | None:
        """Goes through the agenda; returns until when the lane rests, or None to read the agenda again."""
        began = self._desk.runtime.boot()
        for index, item in enumerate(agenda.items):
            if self._desk.stopping or self._desk.runtime.boot() - began > AGENDA_LASTS:
                return None
            now = self._desk.runtime.now()
            if must_wait := self._must_wait(agenda, now):
                return must_wait
            ready = _ready(item)
            if ready - now > LEAD:
                return None if await self._meanwhile(agenda, index, adapter) else ready
            step = await self._take(agenda, item, adapter)
            if step is not Step.ONWARD:
                return step if isinstance(step, datetime) else None
        return None

    def _must_wait(self, agenda: Agenda, now: datetime) -> datetime | None:
        """Until when nothing at all may be done: the clock is not to be trusted, or the platform's word."""
        if not self._desk.runtime.steady():
            return now + timedelta(seconds=AGENDA_LASTS)
        asked = (agenda.account.not_before, agenda.account.breaker_until)
        until = max((moment for moment in asked if moment), default=now)
        return until if until > now else None

    async def _take(self, agenda: Agenda, item: Item, adapter: Adapter) -> Step | datetime:
        if item.state is State.SUBMITTING:
            await self._void(item)
            return Step.REREAD
        if item.state is State.UNCERTAIN:
            await look_again(self._desk, self._fence, item, adapter, agenda.account)
            self._clean = True
            return Step.REREAD
        return await self._one(agenda, item, adapter)

    async def _meanwhile(self, agenda: Agenda, index: int, adapter: Adapter) -> bool:
        """While the lane waits, uploads what a later post will need; False when there is nothing to do."""
        now = self._desk.runtime.now()
        for item in agenda.items[index:]:
            if item.unprepared and item.wake <= now and item.state in WAITING:
                await self._one(agenda, item, adapter)
                return True
        return False

    async def _one(self, agenda: Agenda, item: Item, adapter: Adapter) -> Step | datetime:
        """One part, prepared or sent; returns what comes next, or until when the lane rests."""
        if item.attempts >= self._desk.settings.max_attempts:
            await self._report(item, No(f"Given up after {item.attempts} tries."))
            return Step.REREAD
        careful = self._lease is not None and self._lease.crashed
        if careful and await self._desk.journal.put(Mark(item.delivery_id, +1)) > POISON:
            await self._report(item, No(f"Given up: {POISON} workers ended while they prepared it."))
            return Step.REREAD
        if agenda.account.breaker_failures >= BREAKER_OPENS_AT and not await self._well(adapter):
            step: Step | datetime = Step.REREAD
        elif item.unprepared:
            step = await self._prepare(agenda, item, adapter)
        else:
            step = await self._send(agenda, item, adapter)
        if careful:
            await self._all_reported()
            await self._desk.journal.put(Mark(item.delivery_id, -1))
        return step

    async def _well(self, adapter: Adapter) -> bool:
        """Asks the platform's cheapest read before anything is posted again."""
        try:
            async with asyncio.timeout(self._desk.settings.call_deadline):
                await adapter.probe()
        except (PlatformError, TimeoutError):
            await self._desk.journal.put(Health(self._account_id, sick=True))
            return False
        await self._desk.journal.put(Health(self._account_id, sick=False))
        return True

    async def _prepare(self, agenda: Agenda, item: Item, adapter: Adapter) -> Step | datetime:
        """Uploads one image; each is its own attempt, so that a pause sees it."""
        attempt_id = self._desk.attempt_id()
        try:
            answer = await self._intend(agenda, item, AttemptKind.UPLOAD, attempt_id, {})
        except JournalDownError:
            self._later(item, Again(self._desk.runtime.now(), "The database went away."), attempt_id)
            raise
        if not isinstance(answer, Go):
            return self._refused(answer)
        image = item.unprepared[0]
        self._desk.runtime.reached("preparing", item.delivery_id)
        outcome: Outcome
        try:
            async with asyncio.timeout(self._desk.settings.call_deadline):
                uploaded = await adapter.upload(image)
            checkpoint = {**item.outgoing.uploaded, str(image.id): uploaded}
            outcome = Uploaded(checkpoint, complete=len(item.unprepared) == 1)
        except Exception as error:  # noqa: BLE001 - see calls.send
            outcome = calls.classify(error, item.attempts + 1, self._desk.runtime, self._desk.settings)
            if isinstance(outcome, Unknown):  # an image uploaded twice harms nobody
                wait = timedelta(seconds=calls.backoff(item.attempts + 3, self._desk.runtime))
                outcome = Again(self._desk.runtime.now() + wait, outcome.reason)
        self._desk.runtime.reached("uploaded", item.delivery_id)
        await self._report(item, outcome, attempt_id)
        self._clean = self._clean or isinstance(outcome, Uploaded)
        return Step.REREAD

    async def _send(self, agenda: Agenda, item: Item, adapter: Adapter) -> Step | datetime:
        desk = self._desk
        outgoing = item.outgoing
        fresh = {} if outgoing.frozen else adapter.freeze(outgoing, max(item.due, desk.runtime.now()))
        if fresh:
            outgoing = replace(outgoing, frozen=fresh)
        attempt_id = desk.attempt_id()
        desk.runtime.reached("before_intent", item.delivery_id)
        try:
            answer = await self._intend(agenda, item, AttemptKind.SEND, attempt_id, fresh)
        except JournalDownError:
            # Whether the intent was written is unknown; that nothing was sent is certain.
            self._later(item, Again(desk.runtime.now(), "The database went away."), attempt_id)
            raise
        if not isinstance(answer, Go):
            return self._refused(answer)
        desk.runtime.reached("intended", item.delivery_id)
        await self._until_due(item)
        if desk.runtime.boot() + desk.settings.call_deadline > self.safe_until:
            await self._report(item, Again(desk.runtime.now(), "The lease was about to end."), attempt_id)
            return Step.REREAD
        outcome = await calls.send(adapter.send(outgoing), item.attempts + 1, desk.runtime, desk.settings)
        desk.runtime.reached("answered", item.delivery_id)
        self._later(item, outcome, attempt_id)
        if not isinstance(outcome, Out):
            await self._all_reported()
            return Step.REREAD
        self._clean = True
        return Step.ONWARD

    async def _until_due(self, item: Item) -> None:
        """Never early."""
        seconds = (item.due - self._desk.runtime.now()).total_seconds()
        if seconds > 0:
            await asyncio.sleep(seconds)
            await self._until_due(item)  # a timer may ring a moment early

    async def _intend(
        self, agenda: Agenda, item: Item, kind: AttemptKind, attempt_id: str, frozen: dict[str, object]
    ) -> Go | Wait | Divert:
        desk = self._desk
        asked = Asked(
            kind=kind,
            delivery_id=item.delivery_id,
            place=item.place,
            version=item.version,
            owner=desk.owner,
            fence=self._fence,
            needs=desk.call_needs,
            pace=desk.pace(agenda.account),
        )
        answer: Go | Wait | Divert = await desk.journal.put(
            Intent(asked, self._account_id, item.organisation_id, attempt_id, item.outgoing.key, frozen)
        )
        return answer

    def _refused(self, answer: Wait | Divert) -> Step | datetime:
        if isinstance(answer, Divert):
            return Step.ONWARD
        if answer.why is Why.LANE:
            raise LaneLostError
        soon = self._desk.runtime.now() + timedelta(milliseconds=200)
        if answer.why is Why.ASKED_TO_WAIT:
            return answer.until or soon
        return Step.REREAD if answer.why in {Why.CHANGED, Why.PAUSED, Why.ACCOUNT} else soon

    async def _void(self, item: Item) -> None:
        """On the wire, says the database, though nobody is sending: an outcome that could not be written.
        It may be out, so it is a question, also where the intent was our own."""
        later = self._desk.runtime.now() + timedelta(seconds=self._desk.settings.quarantine)
        lost = Unknown(later, "What became of the send was never written down.", sick=False)
        await self._desk.journal.put(report_on(item, item.fence, lost))

    @property
    def _fence(self) -> int:
        if self._lease is None:
            raise RuntimeError("a lane without a lease sends nothing")
        return self._lease.fence

    def _later(self, item: Item, outcome: Outcome, attempt_id: str | None) -> None:
        """Reports an outcome without waiting for the commit: the next intent comes in the same one."""
        future = self._desk.journal.put(report_on(item, self._fence, outcome, attempt_id))
        self._reports.add(future)
        future.add_done_callback(self._reports.discard)
        log.info(
            "delivery.outcome",
            delivery=item.delivery_id,
            place=item.place,
            outcome=outcome.name,
            reason=getattr(outcome, "reason", ""),
        )

    async def _report(self, item: Item, outcome: Outcome, attempt_id: str | None = None) -> None:
        self._later(item, outcome, attempt_id)
        await self._all_reported()

    async def _all_reported(self) -> None:
        if self._reports:
            await asyncio.gather(*self._reports, return_exceptions=True)


def _ready(item: Item) -> datetime:
    """When something can be done for it: prepare it, look it up, or send it."""
    if item.unprepared or item.state is State.UNCERTAIN:
        return item.wake
    return max(item.wake, item.due)
