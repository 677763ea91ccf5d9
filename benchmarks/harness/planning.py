"""Accounts and planned posts, written in bulk as planning would have left them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, insert, select, update

from benchmarks.harness.databases import settle
from campaigns.compose.payload import part_key
from campaigns.core.db import write_session, writing
from campaigns.core.vault import open_vault
from campaigns.models import Account, Campaign, Delivery, Part, Post, State
from campaigns.models.defaults import default_organisation
from campaigns.models.tables import delivery
from campaigns.platforms.contract import Connection
from campaigns.platforms.practice.connect import offline_connection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy import Engine
    from sqlmodel import Session

    from benchmarks.harness.work import Work
    from config.settings import Settings

BORN = datetime(2026, 11, 1, tzinfo=UTC)
AT_ONCE = 5_000  # rows a statement


@dataclass(frozen=True, slots=True)
class Ground:
    """What posts need before they can be planned."""

    organisation: int
    campaign: int
    accounts: list[int]


def practice(sink: str, number: int) -> tuple[str, Connection]:
    """The platform and connection of the n-th account."""
    return "practice", offline_connection(f"account{number}", "keyed", sink)


def blind_practice(sink: str, number: int) -> tuple[str, Connection]:
    return "practice", offline_connection(f"account{number}", "blind", sink)


def mastodon(sink: str, number: int) -> tuple[str, Connection]:
    return "mastodon", Connection(sink, f"account{number}", {"access_token": f"token-{number}"}, {})


def x(sink: str, number: int) -> tuple[str, Connection]:
    keys = {"api_key": "key", "api_secret": "secret", "access_token": f"{number}-t", "access_secret": "s"}
    return "x", Connection(sink, f"account{number}", keys, {})


def lay_ground(
    database: Engine,
    settings: Settings,
    sink: str,
    accounts: int,
    connect: Callable[[str, int], tuple[str, Connection]] = practice,
) -> Ground:
    """An organisation, a campaign, and accounts that post to the sink."""
    with write_session(database) as session:
        organisation = default_organisation(session).id
        campaign = Campaign(
            organisation_id=organisation,
            slug="bench",
            title="Bench",
            timezone="UTC",
            starts=date(2026, 1, 1),
            ends=date(2036, 1, 1),
            created_utc=BORN,
            updated_utc=BORN,
        )
        session.add(campaign)
        session.flush()
        links = [connect(sink, number) for number in range(accounts)]
        return Ground(organisation, campaign.id, add_accounts(session, settings, organisation, links))


def add_accounts(
    session: Session, settings: Settings, organisation: int, links: Iterable[tuple[str, Connection]]
) -> list[int]:
    """An account of its handle's name for each platform and connection; returns their ids."""
    vault = open_vault(settings)
    rows = [
        Account(
            organisation_id=organisation,
            platform=platform,
            name=link.handle,
            server=link.server,
            handle=link.handle,
            sealed=vault.seal(link.credentials),
            limits=link.limits,
            created_utc=BORN,
        )
        for platform, link in links
    ]
    session.add_all(rows)
    session.flush()
    return [row.id for row in rows]


def plan(database: Engine, ground: Ground, work: Work, lead: float) -> datetime:
    """Plans the work; returns when its first post is due: `lead` seconds after all is done.

    It is planned for later and then brought forward, since a busy machine may take its time to write it.
    """
    later = datetime.now(UTC) + timedelta(minutes=20)
    first_new = 1 + _last_id(database)
    with write_session(database) as session:
        for first in range(0, work.posts, AT_ONCE):
            numbers = range(first, min(first + AT_ONCE, work.posts))
            _plan_some(session, ground, work, later, first_new, numbers)
    settle(database)
    due = datetime.now(UTC) + timedelta(seconds=lead)
    moves = [
        {"its_id": first_new + number, "its_due": due + timedelta(seconds=work.offset(number))}
        for number in range(work.posts)
    ]
    with writing(database) as connection:
        connection.execute(_MOVE, moves)
    return due


_MOVE = (
    update(delivery)
    .where(delivery.c.id == bindparam("its_id"))
    .values(due_utc=bindparam("its_due"), wake_utc=bindparam("its_due"))
)


def _last_id(database: Engine) -> int:
    with database.connect() as connection:
        return connection.execute(select(func.max(delivery.c.id))).scalar() or 0


def _plan_some(
    session: Session, ground: Ground, work: Work, due: datetime, first_new: int, numbers: range
) -> None:
    usual_post, usual_delivery, usual_part = _usual(ground, due)
    posts, deliveries, parts = [], [], []
    for number in numbers:
        row_id = first_new + number
        moment = due + timedelta(seconds=work.offset(number))
        payload: dict[str, Any] = {
            "text": work.text(number),
            "content_warning": None,
            "language": "en",
            "media": [],
        }
        posts.append({**usual_post, "id": row_id, "key": f"p{row_id}", "text": payload["text"]})
        deliveries.append(
            {
                **usual_delivery,
                "id": row_id,
                "post_id": row_id,
                "account_id": ground.accounts[work.account(number)],
                "due_utc": moment,
                "wake_utc": moment,
            }
        )
        key = part_key(row_id, 0, payload)
        parts.append({**usual_part, "delivery_id": row_id, "payload": payload, "key": key})
    for table, rows in ((Post, posts), (Delivery, deliveries), (Part, parts)):
        session.execute(insert(table), rows)


def _usual(ground: Ground, due: datetime) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """What all posts, deliveries and parts of a work share."""
    post = Post(organisation_id=ground.organisation, campaign_id=ground.campaign, key="", place=0, text="")
    planned = Delivery(
        organisation_id=ground.organisation,
        campaign_id=ground.campaign,
        post_id=0,
        account_id=0,
        occurrence="once",
        wall=f"{due:%Y-%m-%d %H:%M}",
        zone="UTC",
        due_utc=due,
        wake_utc=due,
    )
    part = Part(organisation_id=ground.organisation, delivery_id=0, place=0, key="")
    return post.model_dump(), planned.model_dump(), part.model_dump()


def published(database: Engine) -> tuple[int, datetime | None]:
    """How many posts are recorded as out, and when the last was."""
    with database.connect() as connection:
        count, last = connection.execute(
            select(func.count(), func.max(delivery.c.published_utc)).where(
                delivery.c.state == State.PUBLISHED
            )
        ).one()
    return count, last
