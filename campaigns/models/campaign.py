"""A campaign and its posts, as an advocate planned them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, SQLModel, UniqueConstraint

from campaigns.models.columns import instant, json_list, json_object, json_or_none, primary_key, reference


class Campaign(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("organisation_id", "slug"),)

    id: int = primary_key()
    organisation_id: int = reference("organisation.id")
    slug: str = Field(max_length=64)
    title: str = Field(max_length=200)
    goal: str = Field(default="", max_length=2000)
    timezone: str = Field(max_length=64)
    starts: date
    ends: date
    languages: list[str] = json_list()
    regions: list[str] = json_list()
    topics: list[str] = json_list()
    hashtags: dict[str, Any] = json_object()  # {"primary": str | None, "supporting": [str]}
    queue: dict[str, Any] = (
        json_object()
    )  # {"slots": [{"days": [...], "at": "09:00", "timezone": str | None}]}
    accounts: list[str] = json_list()
    paused: bool = Field(default=False)
    pause_spares_essential: bool = Field(default=False, description="What is essential passes its pause.")
    queue_paused: bool = Field(default=False, description="What holds one of its slots does not go out.")
    version: int = Field(default=1)
    created_utc: datetime = instant()
    updated_utc: datetime = instant()
    removed_utc: datetime | None = instant(nullable=True)
    archived: dict[str, dict[str, int]] = json_object()  # deliveries that are gone, by platform and state
    archived_utc: datetime | None = instant(nullable=True)


class Post(SQLModel, table=True):
    """One entry of a campaign's `posts`; its deliveries say when and where it goes."""

    __table_args__ = (Index("post_of_campaign", "campaign_id", "removed_utc", "language"),)

    id: int = primary_key()
    organisation_id: int = reference("organisation.id")
    campaign_id: int = reference("campaign.id")
    key: str = Field(
        max_length=64, description="Its `id` in the file; made at the first load when none is given."
    )
    place: int = Field(description="Its place in the file, from 0.")
    text: str
    at: str | None = Field(default=None, max_length=32, description="Local wall time, YYYY-MM-DD HH:MM.")
    every: dict[str, Any] | None = json_or_none()
    timezone: str | None = Field(default=None, max_length=64)
    accounts: list[str] | None = json_or_none()
    hashtags: dict[str, Any] | None = json_or_none()
    language: str | None = Field(default=None, max_length=35)
    content_warning: str | None = Field(default=None, max_length=500)
    thread: list[str] = json_list()
    variants: dict[str, str] = json_object()
    late: dict[str, Any] | None = json_or_none()  # {"within": seconds, "then": send|hold|drop}
    essential: bool = Field(default=False)
    urgent: bool = Field(default=False)
    version: int = Field(default=1)
    removed_utc: datetime | None = instant(nullable=True)
