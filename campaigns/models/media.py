"""Images: the bytes stand in the media folder under their SHA-256, the facts here."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel, UniqueConstraint

from campaigns.models.columns import BigId, instant, primary_key, reference


class Media(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("organisation_id", "sha256"),)

    id: int = primary_key()
    organisation_id: int = reference("organisation.id")
    sha256: str = Field(max_length=64)
    mime: str = Field(max_length=64)
    size: int = Field(description="Bytes.")
    width: int = Field(description="Pixels.")
    height: int = Field(description="Pixels.")
    name: str = Field(default="", max_length=200, description="How the file was called that came in first.")
    alt: str = Field(default="", max_length=5000, description="What it shows, offered to each post anew.")
    created_utc: datetime = instant()


class MediaOrigin(SQLModel, table=True):
    """Which file became which image: what came in had more in it than the picture, and so another hash."""

    __tablename__ = "media_origin"

    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True, sa_type=BigId)
    sha256: str = Field(max_length=64, primary_key=True, description="Of the file as it came in.")
    media_id: int = reference("media.id", index=True)


class PostMedia(SQLModel, table=True):
    """Which images a post carries, in order, each with what it shows in words."""

    __tablename__ = "post_media"

    post_id: int = Field(foreign_key="post.id", primary_key=True, sa_type=BigId)
    place: int = Field(primary_key=True)
    organisation_id: int = reference("organisation.id")
    media_id: int = reference("media.id", index=True)
    file: str = Field(max_length=300, description="Its path as the campaign file wrote it.")
    alt: str = Field(max_length=5000)
