"""One call to a platform, under its deadline: every way it may end is one of the outcomes."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from campaigns.core.words import Sentence
from campaigns.deliver.outcome import Again, Disconnected, No, Out, Outcome, Unknown, Uploaded
from campaigns.platforms.contract import Reconnect, Refused, TryLater, Unclear

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from datetime import datetime

    from campaigns.deliver.agenda import Item
    from campaigns.deliver.runtime import Runtime
    from campaigns.platforms.contract import Adapter, Receipt
    from config.settings import Settings

log = structlog.get_logger(__name__)

LONGEST_BACKOFF = 300.0
"""Seconds."""

UPLOADS_UNCOUNTED = 4
"""Nobody counts the tries of an upload, so each waits as if it were the fourth: up to 16 s."""


async def send(call: Awaitable[Receipt], item: Item, runtime: Runtime, settings: Settings) -> Outcome:
    """What a send or replay of an item's part came to."""
    try:
        async with asyncio.timeout(settings.call_deadline):
            return Out(await call)
    except Exception as error:  # noqa: BLE001 - an adapter's bug must become a question, never a lost post
        return classify(error, item, runtime, settings)


async def upload(adapter: Adapter, item: Item, runtime: Runtime, settings: Settings) -> Outcome:
    """What became of the upload of the first image that an item still lacks."""
    image = item.unprepared[0]
    try:
        async with asyncio.timeout(settings.call_deadline):
            uploaded = await adapter.upload(image)
    except Exception as error:  # noqa: BLE001 - see send
        outcome = classify(error, item, runtime, settings)
        match outcome:
            case Unknown() | Again(whole_lane=False):  # an image uploaded twice harms nobody
                wait = timedelta(seconds=backoff(item.attempts + UPLOADS_UNCOUNTED, runtime))
                return Again(runtime.now() + wait, outcome.reason)
        return outcome
    checkpoint = {**item.outgoing.uploaded, str(image.id): uploaded}
    return Uploaded(checkpoint, complete=len(item.unprepared) == 1)


def classify(error: Exception, item: Item, runtime: Runtime, settings: Settings) -> Outcome:
    """The four platform errors, a deadline, or something nobody thought of."""
    now, attempts = runtime.now(), item.attempts + 1
    match error:
        case TryLater():
            if is_hopeless(item, attempts, now, settings):
                return No(
                    Sentence(
                        "Given up after %(attempts)s tries; the last answer was: %(error)s",
                        attempts=attempts,
                        error=error,
                    )
                )
            wait = max(error.after or 0.0, backoff(attempts, runtime))
            return Again(now + timedelta(seconds=wait), str(error), whole_lane=error.after is not None)
        case Refused():
            return No(str(error))
        case Reconnect():
            return Disconnected(str(error))
        case Unclear():
            reason, sick = str(error), error.sick
        case TimeoutError():
            reason, sick = no_answer(settings), True
        case _:
            log.error("adapter.unexpected", exc_info=error)
            reason = Sentence(
                "The platform's answer could not be understood (%(error)s).", error=type(error).__name__
            )
            sick = False
    return Unknown(now + timedelta(seconds=settings.quarantine), reason, sick=sick)


def no_answer(settings: Settings) -> Sentence:
    """What a TimeoutError means, which has no words of its own."""
    return Sentence(
        "The platform gave no answer within %(seconds)s s.", seconds=f"{settings.call_deadline:g}"
    )


def is_hopeless(item: Item, attempts: int, now: datetime, settings: Settings) -> bool:
    """Tried often enough, and for long enough: a server that restarts, or a house without a line for an hour,
    is no reason to give a post up. Most are stopped by their late rule before."""
    return attempts >= settings.max_attempts and now - item.due >= timedelta(seconds=settings.give_up_after)


def backoff(attempts: int, runtime: Runtime) -> float:
    """Seconds until the next try: full jitter over a doubling span (AWS Architecture Blog, 2015)."""
    return runtime.random.uniform(0, min(LONGEST_BACKOFF, 2.0**attempts))
