"""Who owns a lane. The lane's lease is the claim: whoever holds it, and only they, send from the account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from sqlalchemy import BigInteger, Boolean, Integer, String, bindparam, case, select, update

from campaigns.core.statements import ManyRows, Statement, among
from campaigns.models import AccountState
from campaigns.models.tables import account, delivery

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from campaigns.core.wire import Wire


@dataclass(frozen=True, slots=True)
class Lease:
    """A lane in our hands: `fence` is new with every owner; `crashed`: the last owner died."""

    account_id: int
    fence: int
    until: datetime
    crashed: bool


# Locked in order first: two workers taking the same bundle must not wait for each other in a ring.
_IN_ORDER = Statement(
    select(account.c.id)
    .where(among(account.c.id, "ids"))
    .order_by(account.c.id)
    .with_for_update(key_share=True)
)
_TAKE = Statement(
    update(account)
    .where(
        among(account.c.id, "ids"),
        account.c.lane_owner.is_(None),
        account.c.state == AccountState.READY,
    )
    .values(
        lane_owner=bindparam("its_owner"),
        lane_until=bindparam("its_until"),
        lane_fence=account.c.lane_fence + 1,
    )
    .returning(*account.c["id", "lane_fence", "lane_crashed"])
)


@dataclass(frozen=True, slots=True)
class Take:
    """Asks for a free lane; answered by a `Lease`, or None. A dead owner's lane is freed by the sweeper."""

    order: ClassVar[int] = 20
    must_last: ClassVar[bool] = False

    account_id: int
    owner: str
    lasts: timedelta

    @classmethod
    def apply_all(cls, wire: Wire, entries: Sequence[Take], now: datetime) -> list[Lease | None]:
        until = now + entries[0].lasts
        ids = sorted({entry.account_id for entry in entries})
        if wire.dialect.name == "postgresql":
            _IN_ORDER.run(wire, ids=ids)
        taken = {
            row.id: Lease(row.id, row.lane_fence, until, row.lane_crashed)
            for row in _TAKE.rows(wire, ids=ids, its_owner=entries[0].owner, its_until=until)
        }
        return [taken.pop(entry.account_id, None) for entry in entries]


_RENEW = Statement(
    update(account)
    .where(among(account.c.id, "ids"), account.c.lane_owner == bindparam("its_owner"))
    .values(lane_until=bindparam("its_until"))
)


@dataclass(frozen=True, slots=True)
class Renew:
    """Prolongs every lane of one owner; answered by the end of the lease."""

    order: ClassVar[int] = 21
    must_last: ClassVar[bool] = False

    owner: str
    account_ids: tuple[int, ...]
    lasts: timedelta

    @classmethod
    def apply_all(cls, wire: Wire, entries: Sequence[Renew], now: datetime) -> list[datetime]:
        untils = []
        for entry in entries:
            untils.append(now + entry.lasts)
            _RENEW.run(wire, ids=list(entry.account_ids), its_owner=entry.owner, its_until=untils[-1])
        return untils


_FREE = ManyRows(
    lambda its: (
        update(account)
        .where(
            account.c.id == its.id,
            account.c.lane_owner == its.owner,
            account.c.lane_fence == its.fence,
        )
        .values(
            lane_owner=None,
            lane_until=None,
            lane_crashed=case((its.clean, False), else_=account.c.lane_crashed),
        )
    ),
    {"id": BigInteger(), "owner": String(), "fence": Integer(), "clean": Boolean()},
)


@dataclass(frozen=True, slots=True)
class GiveBack:
    """Frees a lane. `clean`: something went through, so the next owner need not be careful."""

    order: ClassVar[int] = 22
    must_last: ClassVar[bool] = False

    account_id: int
    owner: str
    fence: int
    clean: bool

    @classmethod
    def apply_all(cls, wire: Wire, entries: Sequence[GiveBack], _now: datetime) -> list[None]:
        _FREE.run(
            wire,
            [
                {
                    "id": entry.account_id,
                    "owner": entry.owner,
                    "fence": entry.fence,
                    "clean": entry.clean,
                }
                for entry in entries
            ],
        )
        return [None] * len(entries)


_MARKS = delivery.c.marks + bindparam("its_step", type_=Integer())
_MARK = Statement(
    update(delivery)
    .where(delivery.c.id == bindparam("its_id"))
    .values(marks=case((_MARKS < 0, 0), else_=_MARKS))  # a part that went out has none to take away
    .returning(delivery.c.marks)
)


@dataclass(frozen=True, slots=True)
class Mark:
    """Marks a delivery as in preparation after a crash, or takes the mark away.

    A mark that outlives its lease counts against the delivery: five make it poison.
    Answered by the number of marks that stand.
    """

    order: ClassVar[int] = 23
    must_last: ClassVar[bool] = False

    delivery_id: int
    by: int  # +1 before, -1 after

    @classmethod
    def apply_all(cls, wire: Wire, entries: Sequence[Mark], _now: datetime) -> list[int]:
        return [_MARK.scalar(wire, its_id=entry.delivery_id, its_step=entry.by) for entry in entries]
