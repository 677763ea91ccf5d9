"""The pause switch, the audit trail, the processes that are up, and what they have counted."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from campaigns.models.columns import instant, primary_key, reference

INSTALL = "install"


class PauseMode(StrEnum):
    NONE = "none"
    CRISIS = "crisis"  # only what is marked essential goes out
    FULL = "full"  # nothing goes out


class Control(SQLModel, table=True):
    """One row a scope; today the one scope is the whole install."""

    scope: str = Field(primary_key=True, max_length=64)
    mode: str = Field(default=PauseMode.NONE, max_length=8)
    epoch: int = Field(default=0, description="Grows with every pause and resume.")
    person: str = Field(default="", max_length=200)
    since_utc: datetime | None = instant(nullable=True)
    set_back_utc: datetime | None = instant(nullable=True)  # what the wall clock showed when it was set back


class Audit(SQLModel, table=True):
    """Who did what to what; rows are only added."""

    id: int = primary_key()
    organisation_id: int | None = reference("organisation.id", nullable=True)
    at_utc: datetime = instant()
    person: str = Field(max_length=200)
    action: str = Field(max_length=64)
    subject: str = Field(max_length=200)
    detail: str = Field(default="", max_length=2000)


class Process(SQLModel, table=True):
    """A clock or worker that is up; stale rows are swept."""

    id: str = Field(primary_key=True, max_length=200)
    kind: str = Field(max_length=16)
    host: str = Field(max_length=200)
    pid: int
    started_utc: datetime = instant()
    seen_utc: datetime = instant()
    ticked_utc: datetime | None = instant(nullable=True)  # a clock's last look for due work
    lacks: str = Field(default="", max_length=100, description="What it cannot reach: broker.")
    prints: str = Field(
        default="", max_length=200, description="Of the secret keys it has, the newest first: see the vault."
    )


class Tally(SQLModel, table=True):
    """What all processes together have counted since the install began: each adds what it counted since
    it last said that it is up. Only ever grows, whoever comes and goes."""

    name: str = Field(primary_key=True, max_length=64)
    label: str = Field(primary_key=True, max_length=200)
    value: float = Field(default=0)
