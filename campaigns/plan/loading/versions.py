"""What a post said under each of its versions, and who had written it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from campaigns.core.upsert import insert_if_absent
from campaigns.models import PostVersion
from campaigns.plan.rows import post_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlmodel import Session

    from campaigns.plan.matching import Match
    from campaigns.plan.pictures import Picture, Pictures
    from campaigns.plan.spec import PostSpec
    from campaigns.plan.stored import StoredPost

UNKNOWN = ""
"""Who wrote a version that was there before Beacon kept versions."""


def remember_versions(
    session: Session,
    organisation_id: int,
    written: Iterable[Match],
    removed: Iterable[StoredPost],
    post_ids: Mapping[int, int],
    gallery: Pictures,
    person: str,
    now: datetime,
) -> None:
    """One row for each post that was made, changed or taken out, and one for what it said before, where
    that is not kept yet. `post_ids` are by place."""
    rows: list[dict[str, Any]] = []

    def keep(post_id: int, version: int, fields: dict[str, Any], who: str) -> None:
        rows.append(
            {
                "post_id": post_id,
                "version": version,
                "organisation_id": organisation_id,
                "person": who,
                "at_utc": now,
                "fields": fields,
            }
        )

    for match in written:
        before = match.stored
        if before:
            keep(before.id, before.version, fields_before(before), UNKNOWN)
        version = before.version + 1 if before else 1
        keep(post_ids[match.post.place], version, fields_of(match.post, gallery.of(match.post)), person)
    for before in removed:
        keep(before.id, before.version, fields_before(before), UNKNOWN)
        keep(before.id, before.version + 1, {**fields_before(before), "removed": True}, person)
    insert_if_absent(session, PostVersion, rows)


def fields_before(stored: StoredPost) -> dict[str, Any]:
    return fields_of(stored.spec, stored.pictures, removed=stored.removed)


def fields_of(post: PostSpec, pictures: Iterable[Picture], *, removed: bool = False) -> dict[str, Any]:
    """The columns that a person writes, with the images and whether it was taken out."""
    fields = post_values(post)
    del fields["place"]
    media = [
        {"file": picture.file, "alt": picture.alt, "sha256": picture.facts.sha256} for picture in pictures
    ]
    return {**fields, "media": media, "removed": removed}
