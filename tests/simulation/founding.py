"""Puts a scenario's accounts, campaigns and deliveries into the database, as connecting and loading would."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from campaigns.compose.payload import part_key
from campaigns.core.db import writing
from campaigns.core.vault import Vault
from campaigns.models.tables import account, campaign, delivery, media, organisation, part, post

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from tests.simulation.scenario import AccountPlan, PostPlan
    from tests.simulation.world import World

SECRET = "a simulated install's secret key: 0123456789"
ZONE = "Europe/Paris"
ORGANISATION_ID = 1


@cache
def vault() -> Vault:
    return Vault(SECRET)


@cache
def sealed(token: int) -> str:
    return vault().seal({"token": token})


def found(world: World) -> None:
    with writing(world.database.engine) as connection:
        born = world.begins_at
        connection.execute(
            insert(organisation).values(id=ORGANISATION_ID, slug="default", name="Sim", created_utc=born)
        )
        connection.execute(
            insert(media).values(
                id=1,
                organisation_id=ORGANISATION_ID,
                sha256="0" * 64,
                mime="image/png",
                size=1000,
                width=10,
                height=10,
                created_utc=born,
            )
        )
        for number in sorted({plan.campaign for plan in world.scenario.posts}):
            _campaign(connection, number, world)
        for one in world.scenario.accounts:
            _account(connection, one, world)
        posts = world.scenario.posts
        connection.execute(insert(post), [_post(plan) for plan in posts])
        connection.execute(insert(delivery), [_delivery(plan, world) for plan in posts])
        connection.execute(
            insert(part), [values for plan in posts for values in part_values(plan, plan.texts)]
        )


def payload(plan: PostPlan, place: int, text: str) -> dict[str, Any]:
    pictures = [{"id": 1, "alt": "a door"}] if plan.image and place == 0 else []
    return {"text": text, "content_warning": None, "language": None, "media": pictures}


def part_values(plan: PostPlan, texts: tuple[str, ...]) -> list[dict[str, Any]]:
    return [
        {
            "delivery_id": plan.id,
            "place": place,
            "organisation_id": ORGANISATION_ID,
            "payload": payload(plan, place, text),
            "key": part_key(plan.id, place, payload(plan, place, text)),
            "checkpoint": {},
            "frozen": {},
            "remote": {},
        }
        for place, text in enumerate(texts)
    ]


def _campaign(connection: Connection, number: int, world: World) -> None:
    connection.execute(
        insert(campaign).values(
            id=number,
            organisation_id=ORGANISATION_ID,
            slug=f"campaign{number}",
            title=f"Campaign {number}",
            goal="",
            timezone=ZONE,
            starts=date(2026, 1, 1),
            ends=date(2030, 1, 1),
            languages=[],
            regions=[],
            topics=[],
            accounts=[],
            hashtags={},
            queue={},
            paused=False,
            version=1,
            created_utc=world.begins_at,
            updated_utc=world.begins_at,
        )
    )


def _account(connection: Connection, plan: AccountPlan, world: World) -> None:
    connection.execute(
        insert(account).values(
            id=plan.id,
            organisation_id=ORGANISATION_ID,
            platform="practice",
            name=plan.name,
            server="https://sim.example",
            handle=plan.name,
            sealed=sealed(1),
            credentials_version=1,
            limits={"account": plan.id},
            state="ready",
            state_reason="",
            paused=False,
            created_utc=world.begins_at,
            lane_fence=0,
            lane_crashed=False,
            breaker_failures=0,
        )
    )


def _post(plan: PostPlan) -> dict[str, Any]:
    return {
        "id": plan.id,
        "organisation_id": ORGANISATION_ID,
        "campaign_id": plan.campaign,
        "key": f"p{plan.id}",
        "place": plan.id,
        "text": plan.texts[0],
        "thread": [],
        "variants": {},
        "essential": plan.essential,
        "urgent": plan.urgent,
        "version": 1,
    }


def _delivery(plan: PostPlan, world: World) -> dict[str, Any]:
    due = world.begins_at + timedelta(seconds=plan.due)
    return {
        "id": plan.id,
        "organisation_id": ORGANISATION_ID,
        "campaign_id": plan.campaign,
        "post_id": plan.id,
        "account_id": plan.account,
        "occurrence": "once",
        "wall": f"{due.astimezone(ZoneInfo(ZONE)):%Y-%m-%d %H:%M}",
        "zone": ZONE,
        "from_queue": False,
        "due_utc": due,
        "wake_utc": due - timedelta(minutes=10) if plan.image else due,
        "essential": plan.essential,
        "urgent": plan.urgent,
        "late_within": plan.late_within,
        "late_then": plan.late_then,
        "state": "scheduled",
        "reason": "",
        **dict.fromkeys(("cursor", "fence", "attempts", "marks", "absences"), 0),
        "version": 1,
    }
