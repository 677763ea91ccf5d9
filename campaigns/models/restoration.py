"""A database that was put back, and what it cannot know."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from campaigns.models.columns import BigId, instant, primary_key


class Restoration(SQLModel, table=True):
    """What was due up to `at_utc` may have gone out after `made_utc`, when the backup was made."""

    id: int = primary_key()
    made_utc: datetime = instant()
    at_utc: datetime = instant()
    person: str = Field(max_length=200)
    last_delivery: int = Field(sa_type=BigId, description="Deliveries with a higher id came after it.")
    settled_utc: datetime | None = instant(nullable=True)
