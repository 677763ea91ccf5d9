"""A database full of deliveries, as a load and the engine leave them."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, text

from benchmarks.harness.planning import add_accounts
from campaigns.compose.payload import part_key
from campaigns.core.db import write_session, writing
from campaigns.models import Campaign, State
from campaigns.models.defaults import default_organisation
from campaigns.models.tables import attempt, delivery, part, post
from campaigns.platforms.practice.connect import offline_connection

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from config.settings import Settings

NOW = datetime.now(UTC)
_DICE = random.Random(1)  # noqa: S311 - texts that differ, the same ones each time


def words() -> str:
    """What a post usually says, in length; no two are alike, so that nothing is compressed too well."""
    letters = "etaoinshrdlucm"
    made = ("".join(_DICE.choices(letters, k=_DICE.randint(2, 9))) for _ in range(36))
    return " ".join(made) + " #WorldMentalHealthDay #TimeToTalk"


class Rows:
    """Fills a database with deliveries as a load and the engine leave them."""

    def __init__(self, engine: Engine, settings: Settings, server: str) -> None:
        self._engine, self._settings, self._server = engine, settings, server
        with write_session(engine) as session:
            self._organisation = default_organisation(session).id
            campaign = Campaign(
                organisation_id=self._organisation,
                slug="cost",
                title="Cost",
                timezone="UTC",
                starts=NOW.date() - timedelta(days=900),
                ends=NOW.date() - timedelta(days=800),
                created_utc=NOW,
                updated_utc=NOW,
            )
            session.add(campaign)
            session.flush()
            self._campaign = campaign.id

    def accounts(self, count: int, prefix: str) -> list[int]:
        links = [
            ("practice", offline_connection(f"{prefix}{number}", server=self._server))
            for number in range(count)
        ]
        with write_session(self._engine) as session:
            return add_accounts(session, self._settings, self._organisation, links)

    def deliveries(self, accounts: list[int], count: int, due: datetime, *, done: bool) -> None:
        """With their posts and parts; `done` also with the one call that each of them took."""
        first = self._last() + 1
        for start in range(first, first + count, 1000):
            numbers = range(start, min(start + 1000, first + count))
            posts, rows, parts, calls = [], [], [], []
            for number in numbers:
                said = words()
                payload: dict[str, Any] = {
                    "text": said,
                    "content_warning": None,
                    "language": "en",
                    "media": [],
                }
                posts.append(self._post(number, said))
                rows.append(self._delivery(number, accounts[number % len(accounts)], due, done=done))
                parts.append(self._part(number, payload, done=done))
                calls.append(self._call(number, accounts[number % len(accounts)]))
            with writing(self._engine) as connection:
                for table, values in ((post, posts), (delivery, rows), (part, parts), (attempt, calls)):
                    if done or table is not attempt:
                        connection.execute(insert(table), values)

    def _last(self) -> int:
        with self._engine.connect() as connection:
            return int(connection.execute(text("SELECT coalesce(max(id), 0) FROM post")).scalar_one())

    def _post(self, number: int, said: str) -> dict[str, Any]:
        return {
            "id": number,
            "organisation_id": self._organisation,
            "campaign_id": self._campaign,
            "key": f"p{number}",
            "place": number,
            "text": said,
            "thread": [],
            "variants": {},
            "essential": False,
            "urgent": False,
            "version": 1,
        }

    def _delivery(self, number: int, account_id: int, due: datetime, *, done: bool) -> dict[str, Any]:
        return {
            "id": number,
            "organisation_id": self._organisation,
            "campaign_id": self._campaign,
            "post_id": number,
            "account_id": account_id,
            "occurrence": "once",
            "wall": f"{due:%Y-%m-%d %H:%M}",
            "zone": "Europe/London",
            "from_queue": False,
            "due_utc": due,
            "wake_utc": due,
            "essential": False,
            "urgent": False,
            "late_within": 3600,
            "late_then": "hold",
            "state": State.PUBLISHED if done else State.SCHEDULED,
            "reason": "",
            "cursor": 1 if done else 0,
            "version": 1,
            "fence": 7,
            "attempts": 0,
            "marks": 0,
            "absences": 0,
            "published_utc": due if done else None,
        }

    def _part(self, number: int, payload: dict[str, Any], *, done: bool) -> dict[str, Any]:
        return {
            "delivery_id": number,
            "place": 0,
            "organisation_id": self._organisation,
            "payload": payload,
            "key": part_key(number, 0, payload),
            "checkpoint": {},
            "frozen": {},
            "remote_id": f"1148{number:014}" if done else None,
            "remote_url": f"https://mastodon.example.org/@hope/1148{number:014}" if done else None,
            "remote": {},
            "out_utc": NOW if done else None,
        }

    def _call(self, number: int, account_id: int) -> dict[str, Any]:
        return {
            "id": f"0123456789ab.{number}",
            "organisation_id": self._organisation,
            "account_id": account_id,
            "delivery_id": number,
            "place": 0,
            "kind": "send",
            "owner": "0b6b5d4e-9f0e-4f43-8f1c-9b2a6f7c1d2e/4026531836|12345|98765432|0123456789ab",
            "fence": 7,
            "key": "0" * 64,
            "begun_utc": NOW - timedelta(days=850),
            "ended_utc": NOW - timedelta(days=850),
            "outcome": "published",
            "detail": "",
        }
