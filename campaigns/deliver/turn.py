"""One part's turn: prepared, or intended and sent, or looked up; and what comes after it."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from campaigns.core.words import Sentence
from campaigns.deliver import calls
from campaigns.deliver.intent import Intent
from campaigns.deliver.journal import WINDOW, JournalDownError
from campaigns.deliver.lane import LaneLostError
from campaigns.deliver.lease import Mark
from campaigns.deliver.outcome import Again, No, Out, Unknown, Uploaded
from campaigns.deliver.reconcile import look_again
from campaigns.deliver.report import BREAKER_OPENS_AT, Health, report_on
from campaigns.deliver.verdict import Asked, Divert, Go, Verdict, Wait, Why
from campaigns.models import AttemptKind, State
from campaigns.platforms.contract import PlatformError

if TYPE_CHECKING:
    from campaigns.deliver.agenda import Agenda, Item
    from campaigns.deliver.lane import Lane
    from campaigns.platforms.contract import Adapter

POISON = 5
"""A delivery whose worker died this often while preparing it is given up."""

SOON = timedelta(milliseconds=200)
COMMIT_TAKES = timedelta(milliseconds=50)
"""A commit on an ordinary disk, with room to spare: an intent is begun this long before its post is due."""


class Step(Enum):
    """What comes after one part."""

    ONWARD = auto()  # the next item of the agenda
    REREAD = auto()  # something changed: read the agenda again


async def take_turn(lane: Lane, agenda: Agenda, item: Item, adapter: Adapter) -> Step | datetime:
    """Does what is to be done for an item; returns what comes next, or until when the lane rests."""
    if item.state is State.SUBMITTING:
        await _void(lane, item)
        return Step.REREAD
    if item.state is State.UNCERTAIN:
        await look_again(lane.desk, lane.fence, item, adapter, agenda.account)
        lane.clean = True
        return Step.REREAD
    return await go_on(lane, agenda, item, adapter)


async def go_on(lane: Lane, agenda: Agenda, item: Item, adapter: Adapter) -> Step | datetime:
    """A part that waits is prepared, or sent."""
    if calls.is_hopeless(item, item.attempts, lane.desk.runtime.now(), lane.desk.settings):
        await lane.report(item, No(Sentence("Given up after %(attempts)s tries.", attempts=item.attempts)))
        return Step.REREAD
    if not lane.careful:
        return await _step(lane, agenda, item, adapter)
    async with lane.desk.suspect if item.marks else nullcontext():
        if lane.desk.stopping:
            return Step.REREAD
        return await _carefully(lane, agenda, item, adapter)


async def _carefully(lane: Lane, agenda: Agenda, item: Item, adapter: Adapter) -> Step | datetime:
    """Marked as in preparation, so that a post that ends its worker again and again is found out."""
    journal = lane.desk.journal
    if await journal.put(Mark(item.delivery_id, +1)) > POISON:
        await lane.report(
            item, No(Sentence("Given up: %(poison)s workers ended while they prepared it.", poison=POISON))
        )
        return Step.REREAD
    step = await _step(lane, agenda, item, adapter)
    await lane.all_reported()
    await journal.put(Mark(item.delivery_id, -1))
    return step


async def _step(lane: Lane, agenda: Agenda, item: Item, adapter: Adapter) -> Step | datetime:
    if agenda.account.breaker_failures >= BREAKER_OPENS_AT and not await _well(lane, adapter):
        return Step.REREAD
    if item.unprepared:
        return await _prepare(lane, agenda, item, adapter)
    return await _send(lane, agenda, item, adapter)


async def _well(lane: Lane, adapter: Adapter) -> bool:
    """Asks the platform's cheapest read before anything is posted again."""
    try:
        async with asyncio.timeout(lane.desk.settings.call_deadline):
            await adapter.probe()
    except (PlatformError, TimeoutError):
        await lane.desk.journal.put(Health(lane.account_id, sick=True))
        return False
    await lane.desk.journal.put(Health(lane.account_id, sick=False))
    return True


async def _prepare(lane: Lane, agenda: Agenda, item: Item, adapter: Adapter) -> Step | datetime:
    """Uploads one image; each is its own attempt, so that a pause sees it."""
    desk, attempt_id = lane.desk, lane.desk.attempt_id()
    answer = await _intend(lane, agenda, item, AttemptKind.UPLOAD, attempt_id)
    if not isinstance(answer, Go):
        return _refused(lane, answer)
    desk.runtime.reached("preparing", item.delivery_id)
    outcome = await calls.upload(adapter, item, desk.runtime, desk.settings)
    desk.runtime.reached("uploaded", item.delivery_id)
    await lane.report(item, outcome, attempt_id)
    lane.clean = lane.clean or isinstance(outcome, Uploaded)
    return Step.REREAD


async def _send(lane: Lane, agenda: Agenda, item: Item, adapter: Adapter) -> Step | datetime:
    desk = lane.desk
    if lane.runs_short():
        return desk.runtime.now() + SOON
    outgoing = item.outgoing
    fresh = {} if outgoing.frozen else adapter.freeze(outgoing, max(item.due, desk.runtime.now()))
    if fresh:
        outgoing = replace(outgoing, frozen=fresh)
    attempt_id = desk.attempt_id()
    desk.runtime.reached("before_intent", item.delivery_id)
    answer = await _intend(lane, agenda, item, AttemptKind.SEND, attempt_id, fresh)
    if not isinstance(answer, Go):
        return _refused(lane, answer)
    desk.runtime.reached("intended", item.delivery_id)
    await _until_due(lane, item)
    if lane.runs_short():  # the commit took long
        ending = Again(desk.runtime.now(), Sentence("The lease was about to end."), unsent=True)
        await lane.report(item, ending, attempt_id)
        return Step.REREAD
    outcome = await calls.send(adapter.send(outgoing), item, desk.runtime, desk.settings)
    desk.runtime.reached("answered", item.delivery_id)
    lane.report_later(item, outcome, attempt_id)
    if not isinstance(outcome, Out):
        await lane.all_reported()
        return Step.REREAD
    lane.clean = True
    return Step.ONWARD


async def _until_due(lane: Lane, item: Item) -> None:
    """Never early: a timer may ring a moment too soon."""
    seconds = (item.due - lane.desk.runtime.now()).total_seconds()
    if seconds > 0:
        await asyncio.sleep(seconds)
        await _until_due(lane, item)


async def _intend(
    lane: Lane,
    agenda: Agenda,
    item: Item,
    kind: AttemptKind,
    attempt_id: str,
    frozen: dict[str, Any] | None = None,
) -> Verdict:
    desk = lane.desk
    asked = Asked(
        kind=kind,
        delivery_id=item.delivery_id,
        place=item.place,
        version=item.version,
        owner=desk.owner,
        fence=lane.fence,
        needs=desk.call_needs,
        pace=desk.pace(agenda.account),
    )
    intent = Intent(asked, lane.account_id, item.organisation_id, attempt_id, item.outgoing.key, frozen or {})
    try:
        verdict: Verdict = await desk.journal.put(intent, _patience(lane, item))
    except JournalDownError:
        # Whether the intent was written is unknown; that nothing was sent is certain.
        away = Again(desk.runtime.now(), Sentence("The database went away."), unsent=True)
        lane.report_later(item, away, attempt_id)
        raise
    return verdict


def _patience(lane: Lane, item: Item) -> float:
    """How long an intent may wait for others to share its commit: not into the moment when it is due."""
    return min(WINDOW, (item.due - lane.desk.runtime.now() - COMMIT_TAKES).total_seconds())


def _refused(lane: Lane, answer: Wait | Divert) -> Step | datetime:
    if isinstance(answer, Divert):
        return Step.ONWARD
    if answer.why is Why.LANE:
        raise LaneLostError
    soon = lane.desk.runtime.now() + SOON
    if answer.why is Why.ASKED_TO_WAIT:
        return answer.until or soon
    return Step.REREAD if answer.why in {Why.CHANGED, Why.PAUSED, Why.ACCOUNT} else soon


async def _void(lane: Lane, item: Item) -> None:
    """On the wire, says the database, though nobody is sending: an outcome that could not be written.
    It may be out, so it is a question, also where the intent was our own."""
    later = lane.desk.runtime.now() + timedelta(seconds=lane.desk.settings.quarantine)
    lost = Unknown(later, Sentence("What became of the send was never written down."), sick=False)
    await lane.desk.journal.put(report_on(item, item.fence, lost))
