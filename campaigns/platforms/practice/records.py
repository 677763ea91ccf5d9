"""What the practice platform keeps, as it is handed around."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from campaigns.platforms.practice.accounts import Kind


class Account(NamedTuple):
    name: str
    kind: Kind
    revoked: bool


class Media(NamedTuple):
    id: int
    mime: str
    alt: str


class Post(NamedTuple):
    id: int
    at: str  # ISO 8601, UTC, to the microsecond
    account: str
    text: str
    language: str | None
    warning: str | None
    media: tuple[Media, ...]
    reply_to: int | None
    root: int


class Draft(NamedTuple):
    """A post before it is accepted, already found to be within the limits."""

    text: str
    language: str | None
    warning: str | None
    media: tuple[int, ...]
    reply_to: int | None


def as_told(post: Post) -> dict[str, Any]:
    """A post as the log and the timeline tell it."""
    return {
        "id": str(post.id),
        "at": post.at,
        "text": post.text,
        "language": post.language,
        "content_warning": post.warning,
        "media": [{"id": str(media.id), "alt": media.alt} for media in post.media],
        "reply_to": None if post.reply_to is None else str(post.reply_to),
    }
