"""The images that edited posts name: those of their campaign, and all that the organisation keeps."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import select

from campaigns.core.findings import Finding, Level
from campaigns.core.mediastore import FORMATS, Facts
from campaigns.models.tables import media, post, post_media
from campaigns.plan.pictures import Picture

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlmodel import Session

    from campaigns.plan.spec import CampaignSpec, PostSpec
    from campaigns.plan.stored import Stored

DIGITS = 16
"""Of the SHA-256 that names an image: 64 bits tell apart far more images than anyone keeps."""

_ENDINGS = {mime: form.lower().replace("jpeg", "jpg") for form, mime in FORMATS.items()}
_NAMED = re.compile(r"media/([0-9a-f]{16})\.[a-z0-9]+")


def library_name(sha256: str, mime: str) -> str:
    """`media/0123456789abcdef.png`: how a post calls an image of the library, and an export writes it."""
    return f"media/{sha256[:DIGITS]}.{_ENDINGS.get(mime, 'bin')}"


class Library:
    """What posts call `file`: a name that their campaign has for an image, else its `library_name`."""

    def __init__(self, session: Session, organisation_id: int, stored: Stored, spec: CampaignSpec) -> None:
        self.findings: list[Finding] = []
        self._session, self._organisation_id = session, organisation_id
        self._facts = {
            picture.file: picture.facts
            for before in stored.posts
            if before.spec.media
            for picture in before.pictures
        }
        unknown = {one.file for post in spec.posts for one in post.media} - set(self._facts)
        if unknown:
            self._facts = {**self._of_campaign(stored.campaign.id, unknown), **self._facts}
            self._facts |= self._by_digest(unknown - set(self._facts))
        for wanted in spec.posts:
            self._tell_missing(wanted)

    def of(self, post: PostSpec) -> tuple[Picture, ...]:
        return tuple(
            Picture(one.file, one.alt, facts)
            for one in post.media
            if (facts := self._facts.get(one.file)) is not None
        )

    def _of_campaign(self, campaign_id: int, files: Iterable[str]) -> dict[str, Facts]:
        rows = self._session.execute(
            select(post_media.c.file, *_FACTS)
            .join(media, media.c.id == post_media.c.media_id)
            .join(post, post.c.id == post_media.c.post_id)
            .where(post.c.campaign_id == campaign_id, post_media.c.file.in_(files))
            .order_by(post_media.c.post_id)
        )
        return {file: Facts(*facts) for file, *facts in rows}

    def _by_digest(self, files: Iterable[str]) -> dict[str, Facts]:
        found = {}
        for file in files:
            if named := _NAMED.fullmatch(file):
                row = self._session.execute(
                    select(*_FACTS)
                    .where(
                        media.c.organisation_id == self._organisation_id,
                        media.c.sha256 >= named[1],
                        media.c.sha256 < f"{named[1]}g",
                    )
                    .order_by(media.c.sha256)
                ).first()
                if row:
                    found[file] = Facts(*row)
        return found

    def _tell_missing(self, post: PostSpec) -> None:
        for one in post.media:
            if one.file not in self._facts:
                what = f"The image {one.file} is not in the media library."
                mend = "Choose one that is there, or upload it again."
                self.findings.append(Finding("", post.line, Level.PROBLEM, "media", what, mend))


_FACTS = (media.c.sha256, media.c.mime, media.c.size, media.c.width, media.c.height)
