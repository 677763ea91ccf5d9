"""What became of a call or look-up, told at once: one line for the log, and counted for the figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from campaigns.deliver.outcome import Again, Disconnected, No, NotSeen, Out, Unknown
from campaigns.deliver.tally import OUTCOMES, PLATFORM_ERRORS

if TYPE_CHECKING:
    from campaigns.deliver.agenda import AccountFacts, Item
    from campaigns.deliver.desk import Desk
    from campaigns.deliver.outcome import Outcome

log = structlog.get_logger(__name__)


def tell(desk: Desk, item: Item, facts: AccountFacts, outcome: Outcome, attempt_id: str | None) -> None:
    """`attempt_id` is None where nothing was sent: it was a look-up, or given up before a call."""
    desk.tally.count(OUTCOMES, f"{facts.platform} {outcome.name}")
    if kind := _platform_error(desk, outcome):
        desk.tally.count(PLATFORM_ERRORS, f"{facts.platform} {kind}")
    if isinstance(outcome, Out) and attempt_id is not None and item.place == 0:
        desk.tally.late((desk.runtime.now() - item.due).total_seconds())
    log.info(
        "delivery.outcome",
        delivery=item.delivery_id,
        part=item.place + 1,
        account=facts.name,
        attempt=attempt_id or "",
        outcome=outcome.name,
        reason=getattr(outcome, "reason", ""),
    )


def _platform_error(desk: Desk, outcome: Outcome) -> str:
    """Which of the four platform errors lies behind it; empty: none."""
    match outcome:
        case Again() if outcome.at > desk.runtime.now():  # what we put off ourselves is due at once
            return "try_later"
        case No():
            return "refused"
        case Disconnected():
            return "reconnect"
        case Unknown() | NotSeen(absent=False):
            return "unclear"
    return ""
