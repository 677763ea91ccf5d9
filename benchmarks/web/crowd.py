"""A large install in seconds: 100,000 posts and 500,000 deliveries on SQLite, written as bulk SQL."""

from __future__ import annotations

import json
import random
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from campaigns.core.db import write_session, writing
from campaigns.models import Account, Campaign, State
from campaigns.models.defaults import default_organisation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

ACCOUNTS = ("mastodon", "bluesky", "x", "regional", "youth")
CAMPAIGNS = 20
BEHIND, AHEAD = timedelta(days=365), timedelta(days=365)
CANCELLED_EVERY = 500  # one post in so many
ASKING_EVERY = 2000  # one in so many of what is past waits for a person
SEED = 20271010

OPENINGS = (
    "How are you, really?", "You do not have to be fine today.", "Ask twice.", "A walk counts.",
    "Small talk can be a big thing.", "Somebody would like to hear from you.", "Rest is not a reward.",
    "It helped me to say it out loud.", "Nobody carries this alone.", "What helped you last winter?",
)  # fmt: skip
MIDDLES = (
    "Call a friend on your way home", "Write down three people you could ring", "Put the kettle on",
    "Sit down with somebody for ten minutes", "Tell your team what you need", "Find a group near you",
    "Learn what to say when a friend struggles", "Listen first", "Make room for a pause", "Say no once",
)  # fmt: skip
ENDINGS = ("this week.", "tonight.", "before Friday.", "on your next break.", "at school.", "at work.")


POSTS = 100_000
BUSIEST = "campaign-0"
"""The slug of the campaign with the most posts."""


def crowd(engine: Engine, now: datetime, posts: int = POSTS) -> None:
    """A year behind and a year ahead of `now`, every post on five accounts, all by day."""
    chance = random.Random(SEED)  # noqa: S311 - the same install each time, no secret
    with write_session(engine) as session:
        organisation = default_organisation(session).id
        accounts = [
            Account(organisation_id=organisation, platform="practice", name=name, created_utc=now)
            for name in ACCOUNTS
        ]
        campaigns = [_campaign(organisation, number, now) for number in range(CAMPAIGNS)]
        session.add_all([*accounts, *campaigns])
        session.flush()
        account_ids = [row.id for row in accounts]
        campaign_ids = [row.id for row in campaigns]
    moments = sorted(_moment(chance, now) for _ in range(posts))
    planned = [
        (number, moment, campaign_ids[min(number % CAMPAIGNS, chance.randrange(CAMPAIGNS))], _words(chance))
        for number, moment in enumerate(moments, 1)
    ]
    with writing(engine) as connection:
        bulk = connection.exec_driver_sql
        bulk(_POST, [(n, organisation, c, f"p{n}", n, text) for n, _, c, text in planned])
        bulk(_DELIVERY, list(_deliveries(planned, organisation, account_ids, now, chance)))
        bulk(_PART, list(_parts(planned, organisation, len(account_ids), now)))


def _campaign(organisation: int, number: int, now: datetime) -> Campaign:
    return Campaign(
        organisation_id=organisation,
        slug=f"campaign-{number}",
        title=f"Campaign {number}: a conversation can change a day",
        timezone="Europe/London",
        starts=date(now.year - 1, 1, 1),
        ends=date(now.year + 2, 1, 1),
        languages=["en"],
        accounts=list(ACCOUNTS),
        created_utc=now,
        updated_utc=now,
    )


def _moment(chance: random.Random, now: datetime) -> datetime:
    day = (now - BEHIND + (BEHIND + AHEAD) * chance.random()).date()
    at = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
    return at + timedelta(minutes=5 * chance.randrange(12 * 12))


def _words(chance: random.Random) -> str:
    return f"{chance.choice(OPENINGS)} {chance.choice(MIDDLES)} {chance.choice(ENDINGS)} #TimeToTalk"


_POST = """INSERT INTO post (id, organisation_id, campaign_id, "key", place, text, thread, variants,
 essential, urgent, version) VALUES (?, ?, ?, ?, ?, ?, '[]', '{}', 0, 0, 1)"""
_DELIVERY = """INSERT INTO delivery (id, organisation_id, campaign_id, post_id, account_id, occurrence, wall,
 zone, from_queue, due_utc, wake_utc, essential, urgent, late_within, late_then, state, reason, cursor,
 version, fence, attempts, marks, absences, published_utc)
 VALUES (?, ?, ?, ?, ?, 'once', ?, 'UTC', 0, ?, ?, 0, 0, 3600, 'hold', ?, '', ?, 1, 0, 0, 0, 0, ?)"""
_PART = """INSERT INTO part (delivery_id, place, organisation_id, payload, "key", checkpoint, frozen, remote,
 remote_id, remote_url, out_utc) VALUES (?, 0, ?, ?, ?, '{}', '{}', '{}', ?, ?, ?)"""

Planned = tuple[int, datetime, int, str]


def _deliveries(
    planned: list[Planned], organisation: int, accounts: list[int], now: datetime, chance: random.Random
) -> Iterator[tuple[Any, ...]]:
    asking = (State.HELD, State.MISSED, State.FAILED)
    for number, moment, campaign, _ in planned:
        due = _stored(moment)
        for place, account in enumerate(accounts):
            state = State.SCHEDULED if moment > now else State.PUBLISHED
            if state is State.PUBLISHED and not chance.randrange(ASKING_EVERY):
                state = chance.choice(asking)
            if not number % CANCELLED_EVERY:
                state = State.CANCELLED
            out = state is State.PUBLISHED
            yield (
                _id(number, place, len(accounts)), organisation, campaign, number, account,
                f"{moment:%Y-%m-%d %H:%M}", due, due, state, int(out), due if out else None,
            )  # fmt: skip


def _parts(
    planned: list[Planned], organisation: int, accounts: int, now: datetime
) -> Iterator[tuple[Any, ...]]:
    for number, moment, _, text in planned:
        payload = json.dumps({"text": text, "content_warning": None, "language": "en", "media": []})
        out = moment <= now
        for place in range(accounts):
            row = _id(number, place, accounts)
            remote, url = (str(row), f"https://social.example.org/posts/{row}") if out else (None, None)
            yield row, organisation, payload, f"key-{row}", remote, url, _stored(moment) if out else None


def _id(post: int, place: int, accounts: int) -> int:
    return (post - 1) * accounts + place + 1


def _stored(moment: datetime) -> str:
    """As SQLAlchemy writes an instant into SQLite."""
    return f"{moment.replace(tzinfo=None):%Y-%m-%d %H:%M:%S.%f}"
