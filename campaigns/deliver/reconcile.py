"""The answer was lost: is the part out? Look, replay under the same key, or ask a person - never guess.

Looking comes first wherever the platform can be read: a server that ignores the key (not all of the
fediverse honours it) would double a replay, but cannot fool a look-up.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, literal_column, select

from campaigns.core.statements import Statement
from campaigns.core.wire import open_wire
from campaigns.core.words import N_, Sentence
from campaigns.deliver import calls
from campaigns.deliver.intent import Intent
from campaigns.deliver.journal import JournalDownError
from campaigns.deliver.outcome import Again, AskPerson, Disconnected, No, NotSeen, Out, Unknown
from campaigns.deliver.report import report_on
from campaigns.deliver.setback import age_is_known
from campaigns.deliver.telling import tell
from campaigns.deliver.verdict import Asked, Go, Wait, Why
from campaigns.models import AttemptKind
from campaigns.models.tables import attempt, delivery, part
from campaigns.platforms.contract import PlatformError, Reconnect, Unclear

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine

    from campaigns.deliver.agenda import AccountFacts, Item
    from campaigns.deliver.desk import Desk
    from campaigns.deliver.outcome import Outcome
    from campaigns.platforms.contract import Adapter

ABSENCES_NEEDED = 2
"""A part counts as not out after this many spaced look-ups that worked and did not find it."""

CLOCKS_DIFFER = timedelta(days=1)
"""How far our wall clock may have been ahead of the platform's when the part was sent: a host whose clock
was three hours wrong must still find what it sent. What is on record as another part is never taken for
it."""

WINDOW_MARGIN = timedelta(minutes=5)
"""A key is not relied on in the last minutes of its window."""


async def look_again(desk: Desk, fence: int, item: Item, adapter: Adapter, facts: AccountFacts) -> None:
    """One step towards knowing; its result is committed when this returns."""
    now = desk.runtime.now()
    unclear = item.unclear or now
    expired = now - unclear > timedelta(seconds=desk.settings.reconcile_limit)
    window = adapter.settles.key_window
    outcome: Outcome | None
    if adapter.settles.readable:
        outcome = await _look(desk, item, adapter, unclear)
        if expired and isinstance(outcome, NotSeen) and not outcome.absent:
            outcome = AskPerson(_question(item, N_("could not be looked up in time")))
    elif window is not None and not expired and await _sent_within(desk, item, window - WINDOW_MARGIN):
        outcome = await _replay(desk, fence, item, adapter, facts)
    elif window is not None:
        outcome = AskPerson(_question(item, N_("can no longer be asked by its key")))
    else:
        outcome = AskPerson(_question(item, N_("offers no way to look it up")))
    if outcome:
        await _report(desk, item, facts, item.fence, outcome)


async def _look(desk: Desk, item: Item, adapter: Adapter, unclear: datetime) -> Outcome:
    recheck = timedelta(seconds=desk.settings.recheck)
    since = min(unclear, await _first_sent(desk, item) or unclear) - CLOCKS_DIFFER
    known = await desk.runtime.blocking(_recorded, desk.database, item, since)
    desk.runtime.reached("looking", item.delivery_id)
    try:
        async with asyncio.timeout(desk.settings.call_deadline):
            found = await adapter.look_for(item.outgoing, since, known)
    except Reconnect as error:
        return Disconnected(str(error), unknown=True)
    except (PlatformError, TimeoutError) as error:
        silent = isinstance(error, TimeoutError)
        why = calls.no_answer(desk.settings) if silent else error
        return NotSeen(
            desk.runtime.now() + recheck,
            absent=False,
            sick=silent or (isinstance(error, Unclear) and error.sick),
            reason=Sentence("It could not be looked up: %(error)s", error=why),
        )
    now = desk.runtime.now()
    if found:
        return Out(found)
    if item.absences + 1 >= ABSENCES_NEEDED:
        return Again(
            now, Sentence("Looked up twice and not found: it was not accepted, so it is sent again.")
        )
    return NotSeen(
        now + recheck, absent=True, reason=Sentence("Looked up once and not found; looking again.")
    )


async def _replay(
    desk: Desk, fence: int, item: Item, adapter: Adapter, facts: AccountFacts
) -> Outcome | None:
    """Sends it again under the same key, which is harmless where it is out already. A send like any other."""
    asked = Asked(
        kind=AttemptKind.REPLAY,
        delivery_id=item.delivery_id,
        place=item.place,
        version=item.version,
        owner=desk.owner,
        fence=fence,
        needs=desk.call_needs,
        pace=desk.pace(facts),
    )
    attempt_id = desk.attempt_id()
    intent = Intent(asked, item.account_id, item.organisation_id, attempt_id, item.outgoing.key)
    try:
        verdict = await desk.journal.put(intent)
    except JournalDownError:
        # Whether the intent was written is unknown; that nothing was sent again is certain.
        later = desk.runtime.now() + timedelta(seconds=desk.settings.recheck)
        not_seen = NotSeen(later, absent=False, reason=Sentence("The database went away."))
        await _report(desk, item, facts, fence, not_seen, attempt_id)
        raise
    if not isinstance(verdict, Go):
        return _patience(desk, verdict)
    desk.runtime.reached("replaying", item.delivery_id)
    outcome = await calls.send(adapter.send(item.outgoing), item, desk.runtime, desk.settings)
    desk.runtime.reached("replayed", item.delivery_id)
    await _report(desk, item, facts, fence, _still_a_question(outcome), attempt_id)
    return None


def _still_a_question(outcome: Outcome) -> Outcome:
    """A replay that was not accepted says nothing of the send whose answer was lost."""
    match outcome:
        case Again():
            return NotSeen(outcome.at, absent=False, reason=outcome.reason)
        case Disconnected():
            return Disconnected(outcome.reason, unknown=True)
        case No():
            return AskPerson(
                Sentence(
                    "The answer was lost, and a second send was refused: %(reason)s", reason=outcome.reason
                )
            )
    return outcome


async def _report(
    desk: Desk,
    item: Item,
    facts: AccountFacts,
    fence: int,
    outcome: Outcome,
    attempt_id: str | None = None,
) -> None:
    tell(desk, item, facts, outcome, attempt_id)
    await desk.journal.put(report_on(item, fence, outcome, attempt_id))


def _patience(desk: Desk, verdict: object) -> Outcome | None:
    if isinstance(verdict, Wait) and verdict.why in {Why.PAUSED, Why.ASKED_TO_WAIT}:
        later = verdict.until or desk.runtime.now() + timedelta(seconds=desk.settings.recheck)
        return NotSeen(
            later, absent=False, reason=Sentence("Its outcome is unknown; sending is paused just now.")
        )
    return None


async def _sent_within(desk: Desk, item: Item, window: timedelta) -> bool:
    """Whether the platform still knows the key of the first send that may have arrived."""
    first = await _first_sent(desk, item)
    if first is None or not await desk.runtime.blocking(age_is_known, desk.database, first):
        return False
    return desk.runtime.now() - first < window


async def _first_sent(desk: Desk, item: Item) -> datetime | None:
    """When the part was first sent without a known outcome. Its question may be younger: it begins when a
    sweeper notices, which may be hours later if every clock was down."""
    return await desk.runtime.blocking(_first_unanswered, desk.database, item)


_FIRST_UNANSWERED = Statement(
    select(func.min(attempt.c.begun_utc).label("begun")).where(
        attempt.c.delivery_id == bindparam("its_id"),
        attempt.c.place == bindparam("its_place"),
        attempt.c.key == bindparam("its_key"),
        attempt.c.kind != AttemptKind.UPLOAD,
        attempt.c.outcome.in_([literal_column(f"'{name}'") for name in ("", "lost", Unknown.name)]),
    )
)
_RECORDED = Statement(
    select(part.c.remote_id)
    .join(delivery, delivery.c.id == part.c.delivery_id)
    .where(delivery.c.account_id == bindparam("its_lane"), part.c.out_utc >= bindparam("since"))
)


def _first_unanswered(database: Engine, item: Item) -> datetime | None:
    with open_wire(database) as wire:
        found: datetime | None = _FIRST_UNANSWERED.scalar(
            wire, its_id=item.delivery_id, its_place=item.place, its_key=item.outgoing.key
        )
        return found


def _recorded(database: Engine, item: Item, since: datetime) -> frozenset[str]:
    """Ids already known to be other parts of this account."""
    with open_wire(database) as wire:
        rows = _RECORDED.rows(wire, its_lane=item.account_id, since=since)
        return frozenset(row.remote_id for row in rows if row.remote_id)


def _question(item: Item, tried: str) -> str:
    if item.unclear is None:
        return Sentence(
            "The answer was lost, and the platform %(tried)s: look whether it is live.", tried=tried
        )
    return Sentence(
        "The answer was lost at %(since)s UTC and the platform %(tried)s: look whether it is live.",
        since=f"{item.unclear:%Y-%m-%d %H:%M:%S}",
        tried=tried,
    )
