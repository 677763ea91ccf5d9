"""The images that edited posts name: those of their campaign, and all that the organisation keeps."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from campaigns.core.findings import Finding, Level
from campaigns.core.mediastore import FORMATS, Facts
from campaigns.core.words import Sentence
from campaigns.models.tables import media, post, post_media
from campaigns.plan.pictures import Picture

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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


@dataclass(frozen=True, slots=True)
class Known:
    """An image under the name that a post has for it. `alt` is what the library says it shows."""

    media_id: int
    name: str
    alt: str
    facts: Facts


class Library:
    """What posts call `file`: a name that their campaign has for an image, else its `library_name`."""

    def __init__(self, session: Session, organisation_id: int, stored: Stored, spec: CampaignSpec) -> None:
        self.findings: list[Finding] = []
        files = [one.file for post in spec.posts for one in post.media]
        self._known = facts_of_files(session, organisation_id, stored, files)
        self._own = {
            (before.place, picture.file): picture.facts
            for before, pictures in ((one.spec, one.pictures) for one in stored.posts)
            for picture in pictures
        }
        for wanted in spec.posts:
            self._tell_missing(wanted)

    def of(self, post: PostSpec) -> tuple[Picture, ...]:
        return tuple(
            Picture(one.file, one.alt, facts)
            for one in post.media
            if (facts := self._facts(post, one.file)) is not None
        )

    def _facts(self, post: PostSpec, file: str) -> Facts | None:
        """As the post has it already: the same name may have meant another image in an older file."""
        known = self._known.get(file)
        return self._own.get((post.place, file)) or (known.facts if known else None)

    def _tell_missing(self, post: PostSpec) -> None:
        for one in post.media:
            if self._facts(post, one.file) is None:
                what = Sentence("The image %(file)s is not in the media library.", file=one.file)
                mend = Sentence("Choose one that is there, or upload it again.")
                self.findings.append(Finding("", post.line, Level.PROBLEM, "media", what, mend))


def facts_of_files(
    session: Session, organisation_id: int, stored: Stored, files: Iterable[str]
) -> dict[str, Known]:
    """The images that a campaign's posts call so, or that the library has under that name."""
    wanted = set(files)
    if not wanted:
        return {}
    rows = session.execute(
        select(post_media.c.file, *_COLUMNS)
        .join(media, media.c.id == post_media.c.media_id)
        .join(post, post.c.id == post_media.c.post_id)
        .where(post.c.campaign_id == stored.campaign.id, post_media.c.file.in_(wanted))
        .order_by(post_media.c.post_id)
    )
    found = {file: _known(row) for file, *row in rows}
    for file in wanted - set(found):
        if named := _NAMED.fullmatch(file):
            row = session.execute(
                select(*_COLUMNS)
                .where(
                    media.c.organisation_id == organisation_id,
                    media.c.sha256 >= named[1],
                    media.c.sha256 < f"{named[1]}g",
                )
                .order_by(media.c.sha256)
            ).first()
            if row:
                found[file] = _known(row)
    return found


def _known(row: Sequence[Any]) -> Known:
    number, name, alt, *facts = row
    return Known(number, name, alt, Facts(*facts))


_COLUMNS = (
    *(media.c.id, media.c.name, media.c.alt),
    *(media.c.sha256, media.c.mime, media.c.size, media.c.width, media.c.height),
)
