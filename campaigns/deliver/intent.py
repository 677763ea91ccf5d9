"""The intent: written and committed before the wire, so that a crash leaves a question, never a gap."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import BigInteger, Integer, String, case, func, or_, select, update

from campaigns.core.moments import UtcDateTime
from campaigns.core.statements import ManyRows, Statement, among, insert_into
from campaigns.deliver.verdict import Asked, Divert, Go, Standing, Verdict, judge
from campaigns.models import (
    INSTALL,
    AccountState,
    AttemptKind,
    LateRule,
    PauseMode,
    State,
    check_arrow,
    stopped,
)
from campaigns.models.columns import Json
from campaigns.models.tables import (
    account,
    attempt,
    campaign,
    control,
    delivery,
    is_active,
    part,
    pauses,
    post,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from campaigns.core.wire import Wire


@dataclass(frozen=True, slots=True)
class Intent:
    """Asks to begin one call; answered by `Go`, or by the `Wait` or `Divert` that forbids it.

    `Go` comes after the commit: then, and only then, the call may begin.
    """

    order: ClassVar[int] = 30
    must_last: ClassVar[bool] = False

    asked: Asked
    account_id: int
    organisation_id: int
    attempt_id: str
    key: str
    frozen: dict[str, Any] = field(default_factory=dict)  # to be kept with the part; empty: already kept

    @classmethod
    def apply_all(cls, wire: Wire, entries: Sequence[Intent], now: datetime) -> list[Verdict]:
        rows = _standings(wire, [entry.asked.delivery_id for entry in entries])
        verdicts = [judge(entry.asked, rows[entry.asked.delivery_id], now) for entry in entries]
        going = [
            (entry, verdict)
            for entry, verdict in zip(entries, verdicts, strict=True)
            if isinstance(verdict, Go)
        ]
        _divert(wire, entries, verdicts, rows)
        _submit(wire, [entry for entry, _ in going], rows)
        _pace(wire, going)
        _begin_attempts(wire, [entry for entry, _ in going], now)
        return verdicts


def _standings(wire: Wire, ids: list[int]) -> dict[int, Standing]:
    return {row.id: _standing(row) for row in _STANDING.rows(wire, ids=sorted(ids))}


def _standing(row: Any) -> Standing:
    return Standing(
        state=State(row.state),
        version=row.version,
        cursor=row.cursor,
        due=row.due_utc,
        late_within=timedelta(seconds=row.late_within),
        late_then=LateRule(row.late_then),
        essential=row.essential,
        previous_out=row.previous_out,
        behind=row.behind,
        campaign_paused=row.campaign_paused,
        taken_out=row.taken_out,
        account_paused=row.account_paused,
        account_state=AccountState(row.account_state),
        install=PauseMode(row.install or PauseMode.NONE),
        lane_owner=row.lane_owner,
        lane_fence=row.lane_fence,
        lane_until=row.lane_until,
        not_before=row.not_before,
        breaker_until=row.breaker_until,
        rate_tat=row.rate_tat,
        late_not_before=row.late_not_before,
    )


def _standing_query() -> Any:
    """Everything `judge` looks at; the rows stay locked, so that it is still true at the commit."""
    install = select(control.c.mode).where(control.c.scope == INSTALL).scalar_subquery()
    sibling = delivery.alias("sibling")
    its_campaign = campaign.alias("its_campaign")
    siblings = (
        select(sibling.c.id)
        .join(its_campaign, its_campaign.c.id == sibling.c.campaign_id)
        .where(
            sibling.c.account_id == delivery.c.account_id,
            is_active(sibling),
            ~pauses(its_campaign, sibling),
            ~pauses(account, sibling),
            or_(sibling.c.essential, func.coalesce(install, "") != PauseMode.CRISIS),
        )
        .order_by(sibling.c.due_utc, sibling.c.id)
        .limit(1)
        .correlate(delivery, account)
    )
    # The lane's head is one step into an index; "is anything before me" would read the whole backlog.
    head = siblings.scalar_subquery()
    on_the_wire = siblings.where(sibling.c.state == State.SUBMITTING).scalar_subquery()
    behind = case((delivery.c.urgent, on_the_wire.is_not(None)), else_=head != delivery.c.id)
    previous = part.alias("previous")
    return (
        select(
            *delivery.c[
                "id", "state", "version", "cursor", "due_utc", "late_within", "late_then", "essential"
            ],
            *account.c["lane_owner", "lane_fence", "lane_until", "not_before", "breaker_until"],
            *account.c["rate_tat", "late_not_before"],
            install.label("install"),
            pauses(account, delivery).label("account_paused"),
            account.c.state.label("account_state"),
            pauses(campaign, delivery).label("campaign_paused"),
            or_(post.c.removed_utc.is_not(None), campaign.c.removed_utc.is_not(None)).label("taken_out"),
            select(previous.c.out_utc)
            .where(previous.c.delivery_id == delivery.c.id, previous.c.place == delivery.c.cursor - 1)
            .scalar_subquery()
            .label("previous_out"),
            behind.label("behind"),
        )
        .join(account, account.c.id == delivery.c.account_id)
        .join(campaign, campaign.c.id == delivery.c.campaign_id)
        .join(post, post.c.id == delivery.c.post_id)
        .where(among(delivery.c.id, "ids"))
        .order_by(delivery.c.id)
        .with_for_update(of=[delivery, account], key_share=True)
    )


_STANDING = Statement(_standing_query())

_SUBMIT = ManyRows(
    lambda its: (
        update(delivery)
        .where(delivery.c.id == its.id)
        .values(state=State.SUBMITTING, fence=its.fence, attempts=delivery.c.attempts + 1, reason="")
    ),
    {"id": BigInteger(), "fence": Integer()},
)
_FREEZE = ManyRows(
    lambda its: (
        update(part).where(part.c.delivery_id == its.id, part.c.place == its.place).values(frozen=its.frozen)
    ),
    {"id": BigInteger(), "place": Integer(), "frozen": Json},
    identity=2,
)
_DIVERT = ManyRows(
    lambda its: update(delivery).where(delivery.c.id == its.id).values(state=its.state, reason=its.reason),
    {"id": BigInteger(), "state": String(), "reason": String()},
)
_PACE = ManyRows(
    lambda its: (
        update(account)
        .where(account.c.id == its.id)
        .values(
            rate_tat=func.coalesce(its.tat, account.c.rate_tat),
            late_not_before=func.coalesce(its.late, account.c.late_not_before),
        )
    ),
    {"id": BigInteger(), "tat": UtcDateTime(), "late": UtcDateTime()},
)
_BEGIN = insert_into(attempt)


def _divert(
    wire: Wire,
    entries: Sequence[Intent],
    verdicts: Sequence[Verdict],
    rows: dict[int, Standing],
) -> None:
    changes = []
    for entry, verdict in zip(entries, verdicts, strict=True):
        if isinstance(verdict, Divert):
            stands = rows[entry.asked.delivery_id]
            to = verdict.to if verdict.to is State.HELD else stopped(verdict.to, stands.cursor)
            changes.append(
                {
                    "id": entry.asked.delivery_id,
                    "state": check_arrow(stands.state, to),
                    "reason": verdict.reason,
                }
            )
    _DIVERT.run(wire, changes)


def _submit(wire: Wire, going: Sequence[Intent], rows: dict[int, Standing]) -> None:
    sending = [entry for entry in going if entry.asked.kind is not AttemptKind.UPLOAD]
    for entry in sending:
        check_arrow(rows[entry.asked.delivery_id].state, State.SUBMITTING)
    _SUBMIT.run(wire, [{"id": entry.asked.delivery_id, "fence": entry.asked.fence} for entry in sending])
    _FREEZE.run(
        wire,
        [
            {"id": entry.asked.delivery_id, "place": entry.asked.place, "frozen": entry.frozen}
            for entry in sending
            if entry.frozen
        ],
    )


def _pace(wire: Wire, going: Sequence[tuple[Intent, Go]]) -> None:
    _PACE.run(
        wire,
        [
            {"id": entry.account_id, "tat": verdict.rate_tat, "late": verdict.late_not_before}
            for entry, verdict in going
            if verdict.rate_tat or verdict.late_not_before
        ],
    )


def _begin_attempts(wire: Wire, going: Sequence[Intent], now: datetime) -> None:
    _BEGIN.run(
        wire,
        [
            {
                "id": entry.attempt_id,
                "organisation_id": entry.organisation_id,
                "account_id": entry.account_id,
                "delivery_id": entry.asked.delivery_id,
                "place": entry.asked.place,
                "kind": entry.asked.kind,
                "owner": entry.asked.owner,
                "fence": entry.asked.fence,
                "key": entry.key,
                "begun_utc": now,
                "ended_utc": None,
                "outcome": "",
                "detail": "",
            }
            for entry in going
        ],
    )
