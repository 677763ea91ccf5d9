"""People of an organisation, where they are signed in, and links that let them in once."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from campaigns.models.columns import instant, primary_key, reference


class Role(StrEnum):
    OWNER = "owner"
    EDITOR = "editor"
    VIEWER = "viewer"


class Theme(StrEnum):
    AUTO = "auto"  # as the browser has it
    LIGHT = "light"
    DARK = "dark"


class Person(SQLModel, table=True):
    id: int = primary_key()
    organisation_id: int = reference("organisation.id", index=True)
    name: str = Field(max_length=200)
    sign_in: str = Field(unique=True, max_length=200, description="E-mail address or name, in lower case.")
    password: str = Field(default="", max_length=300, description="Argon2id hash; empty: only by link.")
    role: str = Field(default=Role.EDITOR, max_length=16)
    language: str = Field(default="", max_length=16, description="Empty: what the browser asks for.")
    timezone: str = Field(default="", max_length=64, description="Empty: the install's.")
    theme: str = Field(default=Theme.AUTO, max_length=8)
    created_utc: datetime = instant()
    removed_utc: datetime | None = instant(nullable=True)


class Login(SQLModel, table=True):
    """One browser that is signed in. Its cookie holds the token of which only the hash stands here."""

    token: str = Field(primary_key=True, max_length=64, description="SHA-256, in hex.")
    person_id: int = reference("person.id", index=True)
    browser: str = Field(default="", max_length=200, description="What it called itself, to tell it apart.")
    created_utc: datetime = instant()
    seen_utc: datetime = instant()
    expires_utc: datetime = instant()


class OneTimeLink(SQLModel, table=True):
    """Lets its holder in once: the person it names, or whoever sets the install up."""

    __tablename__ = "one_time_link"

    token: str = Field(primary_key=True, max_length=64, description="SHA-256, in hex.")
    person_id: int | None = reference("person.id", nullable=True)
    created_utc: datetime = instant()
    expires_utc: datetime = instant()
    used_utc: datetime | None = instant(nullable=True)
