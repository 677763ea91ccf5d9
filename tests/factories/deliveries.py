"""Deliveries without a campaign file: what the engine finds in the database."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from campaigns.compose.payload import part_key
from campaigns.core.vault import open_vault
from campaigns.models import Account, Campaign, Delivery, Part, Post, first_look
from tests.factories.cast import BORN, make_account, make_organisation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlmodel import Session

    from campaigns.platforms.contract import Connection
    from config.settings import Settings

_numbers = itertools.count(1)


def make_connected(session: Session, settings: Settings, connection: Connection, **more: Any) -> Account:
    """An account of the default organisation that really works."""
    values = {"name": connection.handle, "server": connection.server, "handle": connection.handle}
    return make_account(
        session,
        make_organisation(session),
        sealed=open_vault(settings).seal(connection.credentials),
        limits=connection.limits,
        **{**values, **more},
    )


def make_campaign(session: Session, organisation_id: int, slug: str = "hope") -> Campaign:
    campaign = Campaign(
        organisation_id=organisation_id,
        slug=slug,
        title=slug.title(),
        timezone="UTC",
        starts=date(2026, 1, 1),
        ends=date(2030, 1, 1),
        created_utc=BORN,
        updated_utc=BORN,
    )
    session.add(campaign)
    session.flush()
    return campaign


def make_delivery(
    session: Session,
    campaign: Campaign,
    account: Account,
    *texts: str,
    due: datetime | None = None,
    images: Sequence[dict[str, Any]] = (),
    **more: Any,
) -> Delivery:
    """A post with these parts (one, numbered, if none is given), due now unless said otherwise; `images`
    ({"id", "alt"}) go with its first part."""
    number = next(_numbers)
    due = due or datetime.now(UTC)
    texts = texts or (f"Post number {number}",)
    post = Post(
        organisation_id=campaign.organisation_id,
        campaign_id=campaign.id,
        key=f"p{number}",
        place=number,
        text=texts[0],
    )
    session.add(post)
    session.flush()
    delivery = Delivery(
        **{
            "organisation_id": campaign.organisation_id,
            "campaign_id": campaign.id,
            "post_id": post.id,
            "account_id": account.id,
            "occurrence": "once",
            "wall": f"{due:%Y-%m-%d %H:%M:%S.%f}",
            "zone": "UTC",
            "due_utc": due,
            "wake_utc": first_look(due, with_media=bool(images)),
            "late_within": int(timedelta(hours=1).total_seconds()),
            **more,
        }
    )
    session.add(delivery)
    session.flush()
    for place, text in enumerate(texts):
        payload: dict[str, Any] = {
            "text": text,
            "content_warning": None,
            "language": None,
            "media": [] if place else list(images),
        }
        session.add(
            Part(
                delivery_id=delivery.id,
                place=place,
                organisation_id=campaign.organisation_id,
                payload=payload,
                key=part_key(delivery.id, place, payload),
            )
        )
    session.flush()
    return delivery
