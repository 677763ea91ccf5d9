"""One identity on one platform; its row is also its lane: who may post from it just now."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Field, SQLModel, UniqueConstraint

from campaigns.models.columns import instant, json_object, primary_key, reference


class AccountState(StrEnum):
    READY = "ready"
    RECONNECT = "reconnect"  # its token no longer works; a person must connect it again
    REMOVED = "removed"


class Account(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("organisation_id", "name"),)

    id: int = primary_key()
    organisation_id: int = reference("organisation.id")
    platform: str = Field(max_length=32)
    name: str = Field(max_length=64, description="What campaign files call it.")
    server: str = Field(default="", max_length=300, description="Base URL of its server.")
    handle: str = Field(default="", max_length=300, description="Its public name there.")
    sealed: str = Field(default="", description="Its credentials, sealed by the vault.")
    credentials_version: int = Field(default=1)
    limits: dict[str, Any] = json_object()
    state: str = Field(default=AccountState.READY, max_length=16)
    state_reason: str = Field(default="", max_length=500)
    paused: bool = Field(default=False)
    pause_spares_essential: bool = Field(default=False, description="What is essential passes its pause.")
    created_utc: datetime = instant()
    expires_utc: datetime | None = instant(nullable=True)  # when its credentials end, unless connected again

    # The lane. Only the owner named here sends from this account, and only until the lease ends.
    lane_owner: str | None = Field(default=None, max_length=200)
    lane_until: datetime | None = instant(nullable=True)
    lane_fence: int = Field(default=0, description="Grows with every change of owner.")
    lane_crashed: bool = Field(default=False, description="The last owner died: prepare one part at a time.")

    # What the platform asked for, and what it has shown of its health.
    not_before: datetime | None = instant(nullable=True)
    rate_tat: datetime | None = instant(nullable=True)
    late_not_before: datetime | None = instant(nullable=True)
    breaker_failures: int = Field(default=0)
    breaker_until: datetime | None = instant(nullable=True)
