"""Images of the library, to those of its organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.responses import FileResponse, Response

from campaigns.core.errors import Missing
from campaigns.core.mediapaths import path_of, small_path_of
from campaigns.plan.library.looking import mime_of
from campaigns.web.base.visit import SignedIn

if TYPE_CHECKING:
    from pathlib import Path

    from campaigns.web.base.visit import Visit

router = APIRouter()

FOR_EVER = "private, max-age=31536000, immutable"
"""An image's address names its hash, so that what stands there never changes."""


@router.get("/images/{digest}")
def image(visit: SignedIn, digest: str) -> Response:
    mime = _own(visit, digest)
    return _answer(visit, path_of(visit.settings.media_dir, digest), mime)


@router.get("/images/{digest}/small")
def small(visit: SignedIn, digest: str) -> Response:
    """At most 480 pixels wide and high; made when it is first asked for."""
    _own(visit, digest)
    folder = visit.settings.media_dir
    path = small_path_of(folder, digest)
    if not path.exists() and path_of(folder, digest).exists():
        from campaigns.core.imaging.apart import make_small_apart  # noqa: PLC0415 - rarely needed

        make_small_apart(folder, digest)
    return _answer(visit, path, "image/webp")


def _own(visit: Visit, digest: str) -> str:
    """The type of an image of the visitor's organisation; raises `Missing` for another's."""
    with visit.reading() as session:
        mime = mime_of(session, visit.organisation_id, digest)
    if mime is None:
        raise Missing(visit._("There is no such image; it may have been deleted."))
    return mime


def _answer(visit: Visit, path: Path, mime: str) -> Response:
    if not path.exists():
        raise Missing(
            visit._("This image's file is missing from the media folder; restore it from a backup.")
        )
    return FileResponse(path, media_type=mime, headers={"cache-control": FOR_EVER})
