"""Outcomes written down: by the lane that made the call, under the fence under which it was made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import bindparam, case, func, select, update

from campaigns.core.moments import UtcDateTime
from campaigns.deliver.change import BREAKER_SECONDS, change_by, storable
from campaigns.deliver.outcome import Again, Disconnected, NotSeen, Out, Unknown, Uploaded
from campaigns.models import AccountState
from campaigns.models.tables import account, attempt, delivery, part

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from campaigns.deliver.agenda import Item
    from campaigns.deliver.outcome import Outcome
    from campaigns.models import State

BREAKER_OPENS_AT = 5
"""This many sick answers in a row open an account's breaker."""


@dataclass(frozen=True, slots=True)
class Report:
    """Tells the database an outcome; answered by the delivery's new state, or None when it came too late."""

    order: ClassVar[int] = 10
    must_last: ClassVar[bool] = True

    delivery_id: int
    account_id: int
    place: int
    version: int
    fence: int
    outcome: Outcome
    attempt_id: str | None = None  # None: it was a look-up

    @classmethod
    def apply_all(
        cls, connection: Connection, entries: Sequence[Report], now: datetime
    ) -> list[State | None]:
        rows = {
            row["id"]: dict(row)
            for row in connection.execute(
                _ROWS, {"ids": sorted({entry.delivery_id for entry in entries})}
            ).mappings()
        }
        changes: list[dict[str, Any]] = []
        remotes: list[dict[str, Any]] = []
        uploads: list[dict[str, Any]] = []
        answers: list[State | None] = []
        for entry in entries:
            row = rows.get(entry.delivery_id)
            change = change_by(entry, row, now) if row else None
            answers.append(change.state if change else None)
            if row and change:
                changes.append(change.as_row())
                row |= change.seen()
                if isinstance(entry.outcome, Out):
                    remotes.append(_remote(entry, entry.outcome, now))
                if isinstance(entry.outcome, Uploaded):
                    uploads.append(
                        {
                            "its_id": entry.delivery_id,
                            "its_place": entry.place,
                            "its_checkpoint": entry.outcome.checkpoint,
                        }
                    )
        for statement, values in ((_CHANGE, changes), (_REMOTE, remotes), (_UPLOAD, uploads)):
            if values:
                connection.execute(statement, values)
        _end_attempts(connection, entries, now)
        _tell_accounts(connection, entries, now)
        return answers


def _instant(name: str) -> Any:
    """A parameter inside a function or CASE has no column to take its type from."""
    return bindparam(name, type_=UtcDateTime())


_ROWS = (
    select(
        *delivery.c["id", "state", "version", "cursor", "fence", "absences", "unclear_utc", "due_utc"],
        account.c.lane_fence,
        select(func.count())
        .where(part.c.delivery_id == delivery.c.id)
        .correlate(delivery)
        .scalar_subquery()
        .label("parts"),
    )
    .join(account, account.c.id == delivery.c.account_id)
    .where(delivery.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(delivery.c.id)
    .with_for_update(of=delivery, key_share=True)
)
_FRESH: Any = bindparam("its_fresh")
_CHANGE = (
    update(delivery)
    .where(delivery.c.id == bindparam("its_id"))
    .values(
        state=bindparam("its_state"),
        reason=bindparam("its_reason"),
        cursor=bindparam("its_cursor"),
        wake_utc=func.coalesce(_instant("its_wake"), delivery.c.wake_utc),
        published_utc=func.coalesce(_instant("its_published"), delivery.c.published_utc),
        absences=bindparam("its_absences"),
        unclear_utc=bindparam("its_unclear"),
        attempts=case((_FRESH, 0), else_=delivery.c.attempts),
        marks=case((_FRESH, 0), else_=delivery.c.marks),
    )
)
_ITS_PART = (part.c.delivery_id == bindparam("its_id"), part.c.place == bindparam("its_place"))
_REMOTE = (
    update(part)
    .where(*_ITS_PART)
    .values(
        remote_id=bindparam("its_remote_id"),
        remote_url=bindparam("its_url"),
        remote=bindparam("its_ref"),
        out_utc=bindparam("its_out"),
    )
)
_UPLOAD = update(part).where(*_ITS_PART).values(checkpoint=bindparam("its_checkpoint"))
_END = (
    update(attempt)
    .where(attempt.c.id == bindparam("its_id"))
    .values(ended_utc=bindparam("its_end"), outcome=bindparam("its_outcome"), detail=bindparam("its_detail"))
)
_WELL = (
    update(account)
    .where(account.c.id.in_(bindparam("ids", expanding=True)), account.c.breaker_failures > 0)
    .values(breaker_failures=0, breaker_until=None)
)
# A platform that can be read may still take no posts: one more sick answer opens the breaker again.
_HALF_OPEN = (
    update(account)
    .where(account.c.id == bindparam("its_id"))
    .values(breaker_failures=BREAKER_OPENS_AT - 1, breaker_until=None)
)
_SICK = (
    update(account)
    .where(account.c.id == bindparam("its_id"))
    .values(
        breaker_failures=account.c.breaker_failures + 1,
        breaker_until=case(
            (account.c.breaker_failures + 1 >= BREAKER_OPENS_AT, _instant("its_until")),
            else_=account.c.breaker_until,
        ),
    )
)
_LANE_WAITS = (
    update(account).where(account.c.id == bindparam("its_id")).values(not_before=_instant("its_until"))
)
_LOST_TOKEN = (
    update(account)
    .where(account.c.id == bindparam("its_id"), account.c.state == AccountState.READY)
    .values(state=AccountState.RECONNECT, state_reason=bindparam("its_reason"))
)


def report_on(item: Item, fence: int, outcome: Outcome, attempt_id: str | None = None) -> Report:
    """The report of what became of an item's part, under the fence of whoever made the call."""
    return Report(item.delivery_id, item.account_id, item.place, item.version, fence, outcome, attempt_id)


@dataclass(frozen=True, slots=True)
class Health:
    """What a probe said of an account's platform, when no delivery is concerned."""

    order: ClassVar[int] = 11
    must_last: ClassVar[bool] = False

    account_id: int
    sick: bool

    @classmethod
    def apply_all(cls, connection: Connection, entries: Sequence[Health], now: datetime) -> list[None]:
        for entry in entries:
            if entry.sick:
                connection.execute(_SICK, {"its_id": entry.account_id, "its_until": now + BREAKER_SECONDS})
            else:
                connection.execute(_HALF_OPEN, {"its_id": entry.account_id})
        return [None] * len(entries)


def _remote(entry: Report, outcome: Out, now: datetime) -> dict[str, Any]:
    return {
        "its_id": entry.delivery_id,
        "its_place": entry.place,
        "its_remote_id": outcome.receipt.id,
        "its_url": outcome.receipt.url,
        "its_ref": outcome.receipt.ref,
        "its_out": now,
    }


def _end_attempts(connection: Connection, entries: Sequence[Report], now: datetime) -> None:
    ends = [
        {
            "its_id": entry.attempt_id,
            "its_end": now,
            "its_outcome": entry.outcome.name,
            "its_detail": storable(getattr(entry.outcome, "reason", "")),
        }
        for entry in entries
        if entry.attempt_id is not None
    ]
    if ends:
        connection.execute(_END, ends)


def _tell_accounts(connection: Connection, entries: Sequence[Report], now: datetime) -> None:
    """What an outcome says of the account: its platform is well or sick, asks to wait, or lost its token."""
    well = sorted({entry.account_id for entry in entries if isinstance(entry.outcome, Out)})
    if well:
        connection.execute(_WELL, {"ids": well})
    for entry in entries:
        outcome = entry.outcome
        if isinstance(outcome, Unknown | NotSeen) and outcome.sick:
            connection.execute(_SICK, {"its_id": entry.account_id, "its_until": now + BREAKER_SECONDS})
        elif isinstance(outcome, Again) and outcome.whole_lane:
            connection.execute(_LANE_WAITS, {"its_id": entry.account_id, "its_until": outcome.at})
        elif isinstance(outcome, Disconnected):
            connection.execute(
                _LOST_TOKEN, {"its_id": entry.account_id, "its_reason": storable(outcome.reason, 500)}
            )
