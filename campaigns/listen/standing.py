"""What needs somebody just now, asked of the database: nobody below knows that there are alerts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, cast, exists, literal, select

from campaigns.models import ASKING, INSTALL, AccountState, PauseMode, State
from campaigns.models.tables import (
    account,
    alert,
    campaign,
    control,
    delivery,
    is_active,
    leaves_to_do,
    organisation,
    pauses,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.engine import Connection

NEEDS_PERSON, RECONNECT, EXPIRING, TICKING = "needs_person", "reconnect", "expiring", "ticking"
UNREACHED = "unreached"
PAUSE, CAMPAIGN_PAUSE, ACCOUNT_PAUSE = "pause", "campaign_pause", "account_pause"

AT_ONCE = 500
NEWS = timedelta(days=30)
"""What was due longer ago is no news: whoever sets up alerts after a year does not hear of all of it."""
ENDS_SOON = timedelta(days=7)
LATE = timedelta(minutes=10)
"""A post that is tried again and again for longer is news, though nobody may have to do anything."""

Found = dict[str, Any]  # a row of `alert`: event, kind, organisation_id, facts


def fresh(connection: Connection, now: datetime, paused_for: timedelta) -> Iterator[Found]:
    """What stands and was not raised yet, a few hundred of a kind."""
    for kind, query, facts in _questions(now, paused_for):
        for row in connection.execute(query.limit(AT_ONCE)).mappings():
            yield {
                "event": f"{kind}/{row['id']}",
                "kind": kind,
                "organisation_id": row.get("organisation_id"),
                "facts": facts(row),
            }


def stands(
    kind: str, its_id: ColumnElement[int], now: datetime, paused_for: timedelta
) -> ColumnElement[bool]:
    """Whether what an alert was raised for stands still. Asked of the alert's own row."""
    match kind:
        case "needs_person":
            its = select(delivery.c.id).where(delivery.c.id == its_id, delivery.c.state.in_(sorted(ASKING)))
        case "reconnect":
            its = select(account.c.id).where(account.c.id == its_id, _broken())
        case "expiring":
            its = select(account.c.id).where(account.c.id == its_id, *_ending(now))
        case "unreached":
            its = select(account.c.id).where(account.c.id == its_id, *_unreached(now, *_IN_HAND))
        case "pause":
            its = select(control.c.scope).where(control.c.epoch == its_id, *_long_paused(now, paused_for))
        case "campaign_pause":
            its = select(campaign.c.id).where(campaign.c.id == its_id, campaign.c.paused)
        case _:
            its = select(account.c.id).where(account.c.id == its_id, account.c.paused)
    return exists(its.correlate(alert))


def _questions(
    now: datetime, paused_for: timedelta
) -> Iterator[tuple[str, Select[Any], Callable[[Any], dict[str, Any]]]]:
    of_account = select(*account.c["id", "organisation_id", "name", "platform", "expires_utc"])
    named: Callable[[Any], dict[str, Any]] = lambda row: {"account": row["name"], "platform": row["platform"]}  # noqa: E731 - used thrice
    yield (
        NEEDS_PERSON,
        select(*delivery.c["id", "organisation_id", "state"], campaign.c.slug, account.c.name)
        .select_from(organisation)
        .join(delivery, delivery.c.organisation_id == organisation.c.id)
        .join(campaign, campaign.c.id == delivery.c.campaign_id)
        .join(account, account.c.id == delivery.c.account_id)
        .where(
            delivery.c.state.in_(sorted(ASKING)),
            delivery.c.due_utc > now - NEWS,
            _unraised(NEEDS_PERSON, delivery.c.id),
        )
        .order_by(delivery.c.due_utc),
        lambda row: {"state": row["state"], "campaign": row["slug"], "account": row["name"]},
    )
    yield RECONNECT, of_account.where(_broken(), _unraised(RECONNECT, account.c.id)), named
    yield (
        EXPIRING,
        of_account.where(*_ending(now), _unraised(EXPIRING, account.c.id)),
        lambda row: {**named(row), "ends": row["expires_utc"].isoformat()},
    )
    yield (
        UNREACHED,
        of_account.where(*_unreached(now, State.RETRY_WAIT), _unraised(UNREACHED, account.c.id)),
        named,
    )
    yield (
        PAUSE,
        select(control.c.epoch.label("id"), *control.c["mode", "person", "since_utc"]).where(
            *_long_paused(now, paused_for), _unraised(PAUSE, control.c.epoch)
        ),
        lambda row: {
            "mode": row["mode"],
            "person": row["person"],
            "since": row["since_utc"].isoformat(),
        },
    )
    behind = (is_active(delivery), delivery.c.due_utc < now - paused_for)
    yield (
        CAMPAIGN_PAUSE,
        select(campaign.c.id, campaign.c.organisation_id, campaign.c.slug).where(
            campaign.c.paused,
            exists().where(delivery.c.campaign_id == campaign.c.id, *behind),
            _unraised(CAMPAIGN_PAUSE, campaign.c.id),
        ),
        lambda row: {"campaign": row["slug"]},
    )
    yield (
        ACCOUNT_PAUSE,
        of_account.where(
            account.c.paused,
            exists().where(delivery.c.account_id == account.c.id, *behind),
            _unraised(ACCOUNT_PAUSE, account.c.id),
        ),
        named,
    )


def _unraised(kind: str, its_id: ColumnElement[int]) -> ColumnElement[bool]:
    event = literal(f"{kind}/") + cast(its_id, String)
    return ~exists().where(alert.c.event == event, alert.c.over_utc.is_(None))


def _broken() -> ColumnElement[bool]:
    return account.c.state == AccountState.RECONNECT


def _ending(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return account.c.state == AccountState.READY, account.c.expires_utc < now + ENDS_SOON


_IN_HAND = (State.RETRY_WAIT, State.SUBMITTING, State.UNCERTAIN)
"""A post that is tried again and again goes through all three; it is the same trouble all the time."""


def _unreached(now: datetime, *states: State) -> tuple[ColumnElement[bool], ...]:
    """Accounts that could send, and do not come through; what a pause holds back is no trouble. The posts are
    found first: there are few."""
    late = (
        select(delivery.c.account_id)
        .select_from(organisation)
        .join(delivery, delivery.c.organisation_id == organisation.c.id)
        .join(campaign, campaign.c.id == delivery.c.campaign_id)
        .where(
            delivery.c.state.in_(states),
            delivery.c.due_utc < now - LATE,
            leaves_to_do(delivery),
            ~pauses(campaign, delivery),
        )
    )
    return account.c.state == AccountState.READY, ~account.c.paused, account.c.id.in_(late)


def _long_paused(now: datetime, paused_for: timedelta) -> tuple[ColumnElement[bool], ...]:
    return (
        control.c.scope == INSTALL,
        control.c.mode != PauseMode.NONE,
        control.c.since_utc < now - paused_for,
    )
