"""What staff are to be told, once each; the rows are an outbox."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from campaigns.models.columns import instant, json_list, json_object, primary_key, reference


class AlertState(StrEnum):
    WAITING = "waiting"  # to be told, or told to some of those who should hear it
    TOLD = "told"
    GIVEN_UP = "given_up"  # somebody could not be reached, however often it was tried
    MOOT = "moot"  # over before anybody was told


_OPEN_SQL = text("over_utc IS NULL")


class Alert(SQLModel, table=True):
    """Something that stands and needs somebody. While it stands, `event` is unique: told once."""

    __table_args__ = (
        Index("alert_open", "event", unique=True, sqlite_where=_OPEN_SQL, postgresql_where=_OPEN_SQL),
        Index("alert_by_state", "state", "wake_utc"),
    )

    id: int = primary_key()
    organisation_id: int | None = reference("organisation.id", nullable=True)  # None: the whole install
    event: str = Field(max_length=200, description="What stands, such as post/17.")
    kind: str = Field(max_length=32)
    facts: dict[str, Any] = json_object()  # names and numbers for the words; never a post's text
    raised_utc: datetime = instant()
    over_utc: datetime | None = instant(nullable=True)  # since when it stands no longer
    state: str = Field(default=AlertState.WAITING, max_length=16)
    wake_utc: datetime = instant()  # when it is told, or told again where that failed
    tries: int = Field(default=0)
    reached: list[str] = json_list()  # the targets that have it, by their fingerprints
    told_utc: datetime | None = instant(nullable=True)
    trouble: str = Field(default="", max_length=500, description="Why the last try failed; never a secret.")
