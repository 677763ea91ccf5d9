"""Who owns what: every other row names its organisation."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from campaigns.models.columns import instant, primary_key


class Organisation(SQLModel, table=True):
    id: int = primary_key()
    slug: str = Field(unique=True, max_length=64)
    name: str = Field(max_length=200)
    created_utc: datetime = instant()
