"""An uploaded file on its way into the library: made safe in the media folder, then written down."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlmodel import col, select

from campaigns.core.errors import Misuse
from campaigns.core.folders import private_folder
from campaigns.core.imaging.apart import keep_apart
from campaigns.core.mediapaths import path_of
from campaigns.core.mediastore import MOST_BYTES, Facts, MediaTrouble
from campaigns.core.upsert import insert_if_absent
from campaigns.core.words import joined
from campaigns.models import Media
from campaigns.plan.library.naming import proper_alt, proper_file_name
from campaigns.plan.library.origins import became, remember_origins

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path
    from typing import IO

    from sqlmodel import Session

_CHUNK = 1_000_000


@dataclass(frozen=True, slots=True)
class Arrived:
    """An image that stands in the media folder, and that nobody knows of yet."""

    name: str
    given: str = field(repr=False)  # SHA-256 of the file as it came
    facts: Facts


def take_in(stream: IO[bytes], name: str, media_dir: Path) -> Arrived:
    """Keeps the picture in an uploaded file: no transaction may be open, for it takes a second.

    Raises `Misuse`, whose message begins with the file's name.
    """
    name = proper_file_name(name)
    waiting = private_folder(media_dir / "arriving") / secrets.token_hex(8)
    try:
        _copy(stream, waiting)
        given, facts = keep_apart(media_dir, waiting)
    except MediaTrouble as trouble:
        raise Misuse(joined(name, trouble.sentence)) from trouble
    finally:
        waiting.unlink(missing_ok=True)
    return Arrived(name, given, facts)


def known(session: Session, organisation_id: int, stream: IO[bytes]) -> Media | None:
    """The image that this very file became when it came before, or that it was taken out from."""
    stream.seek(0)
    digest = sha256()
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
    stream.seek(0)
    return became(session, organisation_id, digest.hexdigest())


def write_down(
    session: Session, organisation_id: int, arrived: Arrived, alt: str, now: datetime
) -> tuple[Media, bool]:
    """The image in the organisation's library, and whether it is new there.

    One that is there already keeps its name, and its alt text if it has one. Raises `Misuse`.
    Somebody may throw the same image away at this moment: see `is_whole` once this is committed.
    """
    fresh = {
        "organisation_id": organisation_id,
        "name": arrived.name,
        "alt": proper_alt(alt),
        "created_utc": now,
        **asdict(arrived.facts),
    }
    new = bool(insert_if_absent(session, Media, [fresh], returning=["id"]))
    query = select(Media).where(
        col(Media.organisation_id) == organisation_id, col(Media.sha256) == arrived.facts.sha256
    )
    found = session.exec(query).one()
    describe_if_bare(session, found, alt)
    remember_origins(
        session, organisation_id, {(one, found.id) for one in (arrived.given, arrived.facts.sha256)}
    )
    return found, new


def describe_if_bare(session: Session, image: Media, alt: str) -> None:
    """What came with the same image sent again, for one that nobody has described yet. Raises `Misuse`."""
    if alt and not image.alt:
        image.alt = proper_alt(alt)
        session.add(image)


def is_whole(image: Media, media_dir: Path) -> bool:
    """Whether its bytes still stand in the media folder; else it must be taken in anew."""
    return path_of(media_dir, image.sha256).exists()


def _copy(stream: IO[bytes], path: Path) -> None:
    size = 0
    with path.open("xb") as copy:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > MOST_BYTES:
                raise MediaTrouble(
                    "has more than the %(most)s MB that are taken.", most=MOST_BYTES // 1_000_000
                )
            copy.write(chunk)
