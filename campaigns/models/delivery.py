"""A delivery is post x account x occurrence; a part is one thing on the wire; an attempt is one try."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel, UniqueConstraint

from campaigns.models.columns import BigId, instant, json_object, primary_key, reference
from campaigns.models.states import ACTIVE, State

_ACTIVE_SQL = text("state IN (" + ", ".join(f"'{state}'" for state in sorted(ACTIVE)) + ")")


PREPARE_AHEAD = timedelta(minutes=10)
"""Images are uploaded up to this long before their post is due."""


def first_look(due: datetime, *, with_media: bool) -> datetime:
    """When the engine should first look at a delivery: early enough to upload what it carries."""
    return due - PREPARE_AHEAD if with_media else due


class LateRule(StrEnum):
    """What becomes of a post that is later than its rule allows."""

    SEND = "send"
    HOLD = "hold"
    DROP = "drop"


class Delivery(SQLModel, table=True):
    """Its order in the lane is (due_utc, id); `cursor` counts the parts that are out."""

    __table_args__ = (
        UniqueConstraint("post_id", "account_id", "occurrence"),
        Index(
            "delivery_lane",
            "account_id",
            "due_utc",
            "id",
            sqlite_where=_ACTIVE_SQL,
            postgresql_where=_ACTIVE_SQL,
        ),
        Index(
            "delivery_wake",
            "account_id",
            "wake_utc",
            sqlite_where=_ACTIVE_SQL,
            postgresql_where=_ACTIVE_SQL,
        ),
        Index(
            "delivery_urgent",
            "account_id",
            "due_utc",
            "id",
            sqlite_where=text(f"urgent = 1 AND {_ACTIVE_SQL.text}"),
            postgresql_where=text(f"urgent AND {_ACTIVE_SQL.text}"),
        ),
        Index("delivery_of_campaign", "campaign_id", "due_utc"),
        Index(
            "delivery_queue",
            "campaign_id",
            "due_utc",
            "post_id",
            sqlite_where=text("from_queue = 1"),
            postgresql_where=text("from_queue"),
        ),
        Index(
            "delivery_calendar", "organisation_id", "due_utc", "post_id", "campaign_id", "account_id"
        ),  # all that a calendar counts by; a change of state leaves it alone
        Index("delivery_by_state", "state", "organisation_id", "due_utc"),
        Index(
            "delivery_progress", "campaign_id", "state", "due_utc", "id", "account_id", "post_id"
        ),  # all that a campaign's pages count by
    )

    id: int = primary_key()
    organisation_id: int = reference("organisation.id")
    campaign_id: int = reference("campaign.id")
    post_id: int = reference("post.id")
    account_id: int = reference("account.id")
    occurrence: str = Field(
        max_length=32, description="`once`, or the local date and place in that day: 2027-10-11#0."
    )
    wall: str = Field(max_length=32, description="Local time as planned, YYYY-MM-DD HH:MM.")
    zone: str = Field(max_length=64)
    from_queue: bool = Field(default=False, description="It holds one of its campaign's slots.")
    due_utc: datetime = instant()
    wake_utc: datetime = instant()  # when the engine next looks at it: due, retry, or look-up
    essential: bool = Field(default=False)
    urgent: bool = Field(default=False)
    late_within: int = Field(default=3600, description="Seconds.")
    late_then: str = Field(default=LateRule.HOLD, max_length=8)

    state: str = Field(default=State.SCHEDULED, max_length=16)
    reason: str = Field(default="", max_length=1000, description="Why it stands there, for a person.")
    cursor: int = Field(default=0)
    version: int = Field(default=1, description="Grows with every edit; an intent names the one it read.")
    fence: int = Field(default=0, description="The lane's fence under which its last intent was committed.")
    attempts: int = Field(default=0, description="Sends of the current part.")
    marks: int = Field(
        default=0, description="Leases that ended while this part was marked as in preparation."
    )
    absences: int = Field(default=0, description="Look-ups that did not find the current part.")
    unclear_utc: datetime | None = instant(nullable=True)
    published_utc: datetime | None = instant(nullable=True)


class Part(SQLModel, table=True):
    """One thing on the wire, composed when it was planned and sent exactly so."""

    delivery_id: int = Field(foreign_key="delivery.id", primary_key=True, sa_type=BigId)
    place: int = Field(primary_key=True)
    organisation_id: int = reference("organisation.id")
    payload: dict[str, Any] = json_object()
    key: str = Field(
        max_length=64, description="Hash of delivery, place and payload: a platform's idempotency key."
    )
    checkpoint: dict[str, Any] = json_object()  # what has been uploaded already, by media id
    frozen: dict[str, Any] = json_object()  # what the platform's adapter fixed at the first intent
    remote_id: str | None = Field(default=None, max_length=500, index=True)
    remote_url: str | None = Field(default=None, max_length=1000)
    remote: dict[str, Any] = json_object()  # what a reply to it needs
    out_utc: datetime | None = instant(nullable=True)


class AttemptKind(StrEnum):
    SEND = "send"
    REPLAY = "replay"
    UPLOAD = "upload"


_OPEN_SQL = text("ended_utc IS NULL")


class Attempt(SQLModel, table=True):
    """One outgoing call, written before it begins. An attempt without an end is in flight."""

    __table_args__ = (
        Index("attempt_open", "owner", sqlite_where=_OPEN_SQL, postgresql_where=_OPEN_SQL),
        Index("attempt_of_delivery", "delivery_id", "begun_utc"),
    )

    id: str = Field(
        primary_key=True, max_length=64, description="Made by its owner, which so knows it beforehand."
    )
    organisation_id: int = reference("organisation.id")
    account_id: int = reference("account.id")
    delivery_id: int = reference("delivery.id")
    place: int
    kind: str = Field(max_length=8)
    owner: str = Field(max_length=200)
    fence: int
    key: str = Field(max_length=64)
    begun_utc: datetime = instant()
    ended_utc: datetime | None = instant(nullable=True)
    outcome: str = Field(default="", max_length=16)
    detail: str = Field(default="", max_length=1000)
