"""What a post said before, and who wrote it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from campaigns.models.tables import post_version
from campaigns.plan.rows import post_of
from campaigns.plan.spec import MediaSpec

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from campaigns.plan.spec import PostSpec


@dataclass(frozen=True, slots=True)
class Version:
    number: int
    person: str  # empty: from before versions were kept
    at_utc: datetime
    spec: PostSpec
    removed: bool  # the post was taken out with it


def versions_of(session: Session, organisation_id: int, post_id: int) -> list[Version]:
    """The newest first."""
    columns = post_version.c
    rows = session.execute(
        select(columns.version, columns.person, columns.at_utc, columns.fields)
        .where(columns.post_id == post_id, columns.organisation_id == organisation_id)
        .order_by(columns.version.desc())
    )
    return [
        Version(number, person, at_utc, _spec(fields), bool(fields.get("removed")))
        for number, person, at_utc, fields in rows
    ]


def post_at(session: Session, organisation_id: int, post_id: int, version: int) -> PostSpec | None:
    """What the post said under this version, to be saved again; None where that is not known."""
    columns = post_version.c
    fields = session.execute(
        select(columns.fields).where(
            columns.post_id == post_id,
            columns.organisation_id == organisation_id,
            columns.version == version,
        )
    ).scalar()
    return None if fields is None else _spec(fields)


def _spec(fields: dict[str, Any]) -> PostSpec:
    media = tuple(MediaSpec(one["file"], one["alt"]) for one in fields["media"])
    return post_of({**fields, "key": None, "place": 0}, media)
