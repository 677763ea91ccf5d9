"""What somebody is still writing, and what a post said before: nobody's text is lost."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel, UniqueConstraint

from campaigns.models.columns import BigId, instant, json_object, primary_key, reference


class Draft(SQLModel, table=True):
    """One person's unsaved work: on a post, or (without one) on a new post of a campaign."""

    __table_args__ = (UniqueConstraint("person_id", "post_id"),)

    id: int = primary_key()
    organisation_id: int = reference("organisation.id")
    person_id: int = reference("person.id", index=True)
    campaign_id: int | None = reference("campaign.id", nullable=True)
    post_id: int | None = reference("post.id", nullable=True)
    post_version: int = Field(default=0, description="The post's version when this was begun.")
    fields: dict[str, Any] = json_object()  # what the form held, by field name
    version: int = Field(default=1, description="Grows with every save; a save names the one it follows.")
    created_utc: datetime = instant()
    updated_utc: datetime = instant()


class PostVersion(SQLModel, table=True):
    """What a post said under one version, and who had written it."""

    __tablename__ = "post_version"

    post_id: int = Field(foreign_key="post.id", primary_key=True, sa_type=BigId)
    version: int = Field(primary_key=True)
    organisation_id: int = reference("organisation.id")
    person: str = Field(max_length=200)
    at_utc: datetime = instant()
    fields: dict[str, Any] = json_object()  # the post's columns that a person writes, by name
