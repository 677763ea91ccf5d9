"""The organisation's images, page by page, and who needs one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, case, cast, exists, func, or_, select

from campaigns.models import State
from campaigns.models.tables import campaign, delivery, draft, media, part, post, post_media

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import ColumnElement, RowMapping
    from sqlmodel import Session

PAGE = 48
OVER = (State.PUBLISHED, State.CANCELLED)
"""In these states nobody sends an image any more."""


@dataclass(frozen=True, slots=True)
class Shown:
    id: int
    sha256: str
    mime: str
    size: int  # bytes
    width: int  # pixels
    height: int
    name: str
    alt: str
    created_utc: datetime
    posts: int  # that carry it


@dataclass(frozen=True, slots=True)
class Library:
    images: list[Shown]
    found: int  # images, over all pages
    all: int
    unused: int  # of all


@dataclass(frozen=True, slots=True)
class Use:
    """One post that carries an image, with the alt text that it gives there."""

    post_id: int
    text: str
    alt: str
    campaign: str  # slug
    campaign_title: str


def library(
    session: Session, organisation_id: int, *, search: str = "", unused: bool = False, page: int = 1
) -> Library:
    """The latest first. `search` looks into names and alt texts, those in posts too."""
    mine = media.c.organisation_id == organisation_id
    wanted = [mine, *_matching(search), *([~_carried()] if unused else [])]
    run = session.connection().execute
    counted = run(
        select(func.count(), func.coalesce(func.sum(case((_carried(), 0), else_=1)), 0))
        .select_from(media)
        .where(mine)
    ).one()
    rows = run(
        select(media, _posts().label("posts"), _file().label("file"))
        .where(*wanted)
        .order_by(media.c.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return Library(
        [_shown(row) for row in rows.mappings()],
        run(select(func.count()).select_from(media).where(*wanted)).scalar_one(),
        counted[0],
        counted[1],
    )


def one_image(session: Session, organisation_id: int, media_id: int) -> Shown | None:
    found = session.connection().execute(
        select(media, _posts().label("posts"), _file().label("file")).where(
            media.c.id == media_id, media.c.organisation_id == organisation_id
        )
    )
    row = found.mappings().first()
    return _shown(row) if row else None


def mime_of(session: Session, organisation_id: int, digest: str) -> str | None:
    """None for what is not in this organisation's library, though it may be in another's."""
    found: str | None = session.scalar(
        select(media.c.mime).where(media.c.organisation_id == organisation_id, media.c.sha256 == digest)
    )
    return found


def uses_of(session: Session, media_id: int) -> list[Use]:
    """The posts that carry it, by campaign; what was removed from a campaign no longer does."""
    rows = session.connection().execute(
        select(post.c.id, post.c.text, post_media.c.alt, campaign.c.slug, campaign.c.title)
        .join(post, post.c.id == post_media.c.post_id)
        .join(campaign, campaign.c.id == post.c.campaign_id)
        .where(post_media.c.media_id == media_id, _stands())
        .order_by(campaign.c.starts, campaign.c.slug, post.c.place)
    )
    return [Use(*row) for row in rows]


def drafted_by(session: Session, organisation_id: int, media_id: int) -> int:
    """How many drafts hold it."""
    drafts = session.connection().execute(
        select(draft.c.fields).where(draft.c.organisation_id == organisation_id)
    )
    return sum(media_id in _numbers(fields.get("media")) for (fields,) in drafts)


def is_on_its_way(session: Session, organisation_id: int, media_id: int) -> bool:
    """Whether a delivery that may still be sent was composed with it, whatever its post carries by now.

    Reads every text that waits: a second where there are 100,000, so never in a writing transaction.
    """
    named = cast(part.c.payload, String).like(f'%"id": {media_id},%')
    waits = (
        select(part.c.delivery_id)
        .join(delivery, delivery.c.id == part.c.delivery_id)
        .where(delivery.c.organisation_id == organisation_id, delivery.c.state.not_in(OVER), named)
    )
    return session.connection().execute(waits.limit(1)).first() is not None


def _stands() -> ColumnElement[bool]:
    return post.c.removed_utc.is_(None) & campaign.c.removed_utc.is_(None)


def _carrying() -> Any:
    return (
        select(func.count(post_media.c.post_id.distinct()))
        .select_from(post_media)
        .join(post, post.c.id == post_media.c.post_id)
        .join(campaign, campaign.c.id == post.c.campaign_id)
        .where(post_media.c.media_id == media.c.id, _stands())
    )


def _posts() -> Any:
    return _carrying().scalar_subquery()


def _carried() -> ColumnElement[bool]:
    return exists(_carrying().with_only_columns(post_media.c.post_id))


def _file() -> Any:
    """How a campaign file calls an image that nobody uploaded."""
    return select(func.min(post_media.c.file)).where(post_media.c.media_id == media.c.id).scalar_subquery()


def _matching(search: str) -> Iterator[ColumnElement[bool]]:
    for word in search.split():
        alike = {"other": word, "autoescape": True}
        in_a_post = exists().where(
            post_media.c.media_id == media.c.id,
            or_(post_media.c.alt.icontains(**alike), post_media.c.file.icontains(**alike)),
        )
        yield or_(media.c.name.icontains(**alike), media.c.alt.icontains(**alike), in_a_post)


def _shown(row: RowMapping) -> Shown:
    name = row["name"] or (row["file"] or "").rpartition("/")[2]
    kept = {column: row[column] for column in Shown.__dataclass_fields__ if column != "name"}
    return Shown(**kept, name=name)


def _numbers(value: Any) -> set[int]:
    """Every whole number in a draft's field, however it is nested."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return {number for member in value for number in _numbers(member)}
    if isinstance(value, str):
        return {int(value)} if value.isascii() and value.isdecimal() else set()
    return {value} if isinstance(value, int) else set()
