"""What is near in each of some lanes, as rows: the statement that every post costs a share of."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, select, true, union_all

from campaigns.core.statements import Statement, among
from campaigns.models.tables import account, campaign, delivery, is_active, leaves_to_do, part, pauses

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import FromClause, Select
    from sqlalchemy.sql.selectable import NamedFromClause

    from campaigns.core.wire import Wire

AT_ONCE = 64
"""How many of a lane's deliveries are read in one go."""


def nearest(wire: Wire, account_ids: Sequence[int], until: datetime) -> dict[int, list[Any]]:
    """Each lane's deliveries to look at before `until`, each with its part and what that replies to.

    Not in order. What a pause stops is left out: order counts among what may go.
    """
    if wire.dialect.name == "sqlite":
        return {one: _OF_ONE.rows(wire, account=one, until=until) for one in account_ids}
    found: dict[int, list[Any]] = defaultdict(list)
    for row in _OF_MANY.rows(wire, ids=list(account_ids), until=until):
        found[row.account_id].append(row)
    return found


def _choices() -> Iterator[Select[Any]]:
    """Of the account that stands beside it: urgent ones, those in turn, and those to be prepared."""
    until: Any = bindparam("until")
    in_turn = (delivery.c.due_utc, delivery.c.id)
    for conditions, order in (
        ((delivery.c.urgent, delivery.c.due_utc <= until), in_turn),
        ((~delivery.c.urgent, delivery.c.due_utc <= until), in_turn),
        # By waking: in turn, PostgreSQL would look for them among all that is due some day.
        ((delivery.c.wake_utc <= until, delivery.c.due_utc > until), (delivery.c.wake_utc,)),
    ):
        yield (
            select(delivery.c.id)
            .join(campaign, campaign.c.id == delivery.c.campaign_id)
            .where(
                delivery.c.account_id == account.c.id,
                is_active(delivery),
                ~pauses(campaign, delivery),
                ~pauses(account, delivery),
                leaves_to_do(delivery),
                *conditions,
            )
            .order_by(*order)
            .limit(AT_ONCE)
        )


def _with_parts(found: FromClause, beside: FromClause) -> Select[Any]:
    parent, root = part.alias("parent"), part.alias("root")
    return select(
        *delivery.c["id", "organisation_id", "account_id", "state", "version", "cursor", "due_utc"],
        *delivery.c["wake_utc", "urgent", "attempts", "marks", "absences", "unclear_utc", "fence"],
        *part.c["payload", "key", "checkpoint", "frozen"],
        *_labelled(parent),
        *_labelled(root),
    ).select_from(
        beside.join(delivery, delivery.c.id == found.c.id)
        .join(part, and_(part.c.delivery_id == delivery.c.id, part.c.place == delivery.c.cursor))
        .outerjoin(
            parent, and_(parent.c.delivery_id == delivery.c.id, parent.c.place == delivery.c.cursor - 1)
        )
        .outerjoin(root, and_(root.c.delivery_id == delivery.c.id, root.c.place == 0, delivery.c.cursor > 0))
    )


def _labelled(sent: NamedFromClause) -> list[Any]:
    return [sent.c[name].label(f"{sent.name}_{name}") for name in ("remote_id", "remote_url", "remote")]


def _of_one() -> Select[Any]:
    """SQLite cannot look beside itself in a join, and loses nothing by being asked lane by lane."""
    of_it = [each.where(account.c.id == bindparam("account")).subquery() for each in _choices()]
    found = union_all(*(select(each) for each in of_it)).subquery("found")
    return _with_parts(found, found)


def _of_many() -> Select[Any]:
    found = union_all(*(each.correlate(account) for each in _choices())).lateral("found")
    return _with_parts(found, account.join(found, true())).where(among(account.c.id, "ids"))


_OF_ONE, _OF_MANY = Statement(_of_one()), Statement(_of_many())
