"""Outcomes written down: by the lane that made the call, under the fence under which it was made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import BigInteger, Boolean, Integer, String, case, func, select, update

from campaigns.core.moments import UtcDateTime
from campaigns.core.statements import ManyRows, Statement, among
from campaigns.deliver.change import BREAKER_SECONDS, change_by, storable
from campaigns.deliver.outcome import Again, Disconnected, NotSeen, Out, Unknown, Uploaded
from campaigns.models import AccountState
from campaigns.models.columns import Json
from campaigns.models.tables import account, attempt, delivery, part

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from campaigns.core.wire import Wire
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
    def apply_all(cls, wire: Wire, entries: Sequence[Report], now: datetime) -> list[State | None]:
        ids = sorted({entry.delivery_id for entry in entries})
        rows = {row.id: row._asdict() for row in _ROWS.rows(wire, ids=ids)}
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
                            "id": entry.delivery_id,
                            "place": entry.place,
                            "checkpoint": entry.outcome.checkpoint,
                        }
                    )
        _CHANGE.run(wire, changes)
        _REMOTE.run(wire, remotes)
        _UPLOAD.run(wire, uploads)
        _end_attempts(wire, entries, now)
        _tell_accounts(wire, entries, now)
        return answers


_ROWS = Statement(
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
    .where(among(delivery.c.id, "ids"))
    .order_by(delivery.c.id)
    .with_for_update(of=delivery, key_share=True)
)
_CHANGE = ManyRows(
    lambda its: (
        update(delivery)
        .where(delivery.c.id == its.id)
        .values(
            state=its.state,
            reason=its.reason,
            cursor=its.cursor,
            wake_utc=func.coalesce(its.wake, delivery.c.wake_utc),
            published_utc=func.coalesce(its.published, delivery.c.published_utc),
            absences=its.absences,
            unclear_utc=its.unclear,
            attempts=case((its.fresh, 0), (its.untried, delivery.c.attempts - 1), else_=delivery.c.attempts),
            marks=case((its.fresh, 0), else_=delivery.c.marks),
        )
    ),
    {
        "id": BigInteger(),
        "state": String(),
        "reason": String(),
        "cursor": Integer(),
        "wake": UtcDateTime(),
        "published": UtcDateTime(),
        "absences": Integer(),
        "unclear": UtcDateTime(),
        "fresh": Boolean(),
        "untried": Boolean(),
    },
)
_REMOTE = ManyRows(
    lambda its: (
        update(part)
        .where(part.c.delivery_id == its.id, part.c.place == its.place)
        .values(remote_id=its.remote_id, remote_url=its.url, remote=its.ref, out_utc=its.out)
    ),
    {
        "id": BigInteger(),
        "place": Integer(),
        "remote_id": String(),
        "url": String(),
        "ref": Json,
        "out": UtcDateTime(),
    },
    identity=2,
)
_UPLOAD = ManyRows(
    lambda its: (
        update(part)
        .where(part.c.delivery_id == its.id, part.c.place == its.place)
        .values(checkpoint=its.checkpoint)
    ),
    {"id": BigInteger(), "place": Integer(), "checkpoint": Json},
    identity=2,
)
_END = ManyRows(
    lambda its: (
        update(attempt)
        .where(attempt.c.id == its.id)
        .values(ended_utc=its.ended, outcome=its.outcome, detail=its.detail)
    ),
    {"id": String(), "ended": UtcDateTime(), "outcome": String(), "detail": String()},
)
_WELL = Statement(
    update(account)
    .where(among(account.c.id, "ids"), account.c.breaker_failures > 0)
    .values(breaker_failures=0, breaker_until=None)
)
_ONE = {"id": BigInteger()}
_UNTIL = {**_ONE, "until": UtcDateTime()}
# A platform that can be read may still take no posts: one more sick answer opens the breaker again.
_HALF_OPEN = ManyRows(
    lambda its: (
        update(account)
        .where(account.c.id == its.id)
        .values(breaker_failures=BREAKER_OPENS_AT - 1, breaker_until=None)
    ),
    _ONE,
)
_SICK = ManyRows(
    lambda its: (
        update(account)
        .where(account.c.id == its.id)
        .values(
            breaker_failures=account.c.breaker_failures + 1,
            breaker_until=case(
                (account.c.breaker_failures + 1 >= BREAKER_OPENS_AT, its.until),
                else_=account.c.breaker_until,
            ),
        )
    ),
    _UNTIL,
)
_LANE_WAITS = ManyRows(
    lambda its: update(account).where(account.c.id == its.id).values(not_before=its.until), _UNTIL
)
_LOST_TOKEN = ManyRows(
    lambda its: (
        update(account)
        .where(account.c.id == its.id, account.c.state == AccountState.READY)
        .values(state=AccountState.RECONNECT, state_reason=its.reason)
    ),
    {**_ONE, "reason": String()},
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
    def apply_all(cls, wire: Wire, entries: Sequence[Health], now: datetime) -> list[None]:
        for entry in entries:
            if entry.sick:
                _SICK.run(wire, [{"id": entry.account_id, "until": now + BREAKER_SECONDS}])
            else:
                _HALF_OPEN.run(wire, [{"id": entry.account_id}])
        return [None] * len(entries)


def _remote(entry: Report, outcome: Out, now: datetime) -> dict[str, Any]:
    return {
        "id": entry.delivery_id,
        "place": entry.place,
        "remote_id": outcome.receipt.id,
        "url": outcome.receipt.url,
        "ref": outcome.receipt.ref,
        "out": now,
    }


def _end_attempts(wire: Wire, entries: Sequence[Report], now: datetime) -> None:
    _END.run(
        wire,
        [
            {
                "id": entry.attempt_id,
                "ended": now,
                "outcome": entry.outcome.name,
                "detail": storable(getattr(entry.outcome, "reason", "")),
            }
            for entry in entries
            if entry.attempt_id is not None
        ],
    )


def _tell_accounts(wire: Wire, entries: Sequence[Report], now: datetime) -> None:
    """What an outcome says of the account: its platform is well or sick, asks to wait, or lost its token."""
    well = sorted({entry.account_id for entry in entries if isinstance(entry.outcome, Out)})
    if well:
        _WELL.run(wire, ids=well)
    for entry in entries:
        outcome = entry.outcome
        if isinstance(outcome, Unknown | NotSeen) and outcome.sick:
            _SICK.run(wire, [{"id": entry.account_id, "until": now + BREAKER_SECONDS}])
        elif isinstance(outcome, Again) and outcome.whole_lane:
            _LANE_WAITS.run(wire, [{"id": entry.account_id, "until": outcome.at}])
        elif isinstance(outcome, Disconnected):
            _LOST_TOKEN.run(wire, [{"id": entry.account_id, "reason": storable(outcome.reason, 500)}])
