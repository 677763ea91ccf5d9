"""The media library: images with what they show in words, sent in, described and thrown away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query
from starlette.responses import JSONResponse, Response

from campaigns.core.errors import Missing, Misuse
from campaigns.models import Media
from campaigns.people.permissions import Verb
from campaigns.plan.library import discarding
from campaigns.plan.library.describing import describe
from campaigns.plan.library.fitting import fit, places
from campaigns.plan.library.looking import PAGE, drafted_by, library, one_image, uses_of
from campaigns.plan.library.naming import proper_alt
from campaigns.web.base.forms import Posted, Typed
from campaigns.web.base.mishaps import wants_json
from campaigns.web.base.visit import RowId, SignedIn, Visit

if TYPE_CHECKING:
    from starlette.datastructures import UploadFile

router = APIRouter()

PageNumber = Annotated[int, Query(alias="page", ge=1, le=1_000_000)]
MOST_SEARCH = 200  # characters


@router.get("/media")
def page(visit: SignedIn, q: str = "", only: str = "", number: PageNumber = 1) -> Response:
    """`q` looks into names and alt texts; `only=unused` leaves out what a post carries."""
    search, unused = q.replace("\0", "").strip()[:MOST_SEARCH], only == "unused"
    with visit.reading() as session:
        shown = library(session, visit.organisation_id, search=search, unused=unused, page=number)
    return visit.page(
        "media.html.j2",
        library=shown,
        search=search,
        unused=unused,
        at=number,
        pages=max(1, -(-shown.found // PAGE)),
        typed=Typed({}),
    )


@router.post("/media")
def upload(visit: SignedIn, typed: Posted) -> Response:
    """The field `file`, with what it shows in `alt`. A script asks for JSON and is answered with what
    `_told` says; a form is led to the image."""
    visit.require(Verb.WRITE)
    sent = [file for file in typed.files.get("file", []) if file.filename]
    if len(sent) != 1:
        raise Misuse(visit._("Choose one image to send."))
    kept, new = keep_image(visit, sent[0], typed.text("alt"))
    if wants_json(visit.request):
        return JSONResponse(_told(kept, new=new), 201 if new else 200)
    said = visit._("%(name)s is in the library.", name=kept.name)
    return visit.go(f"/media/{kept.id}", said if new else visit._("This image was in the library already."))


@router.get("/media/{media_id}")
def one(visit: SignedIn, media_id: RowId) -> Response:
    return _one(visit, media_id, None)


@router.post("/media/{media_id}")
def save(visit: SignedIn, typed: Posted, media_id: RowId) -> Response:
    """The alt text that posts are offered from now on; those there are keep theirs."""
    visit.require(Verb.WRITE)
    with typed.told("alt"), visit.writing() as session:
        describe(session, visit.own(session, Media, media_id), typed.text("alt"), visit.name)
    if not typed.good:
        return _one(visit, media_id, typed, 422)
    return visit.go(f"/media/{media_id}", visit._("Saved."))


@router.post("/media/{media_id}/delete")
def delete(visit: SignedIn, typed: Posted, media_id: RowId) -> Response:
    visit.require(Verb.WRITE)
    with typed.told(), visit.reading() as session:
        discarding.refuse_if_on_its_way(session, visit.own(session, Media, media_id))
    if typed.good:
        with typed.told(), visit.writing() as session:
            gone = visit.own(session, Media, media_id)
            discarding.discard(session, gone, visit.name)
    if not typed.good:
        return _one(visit, media_id, typed, 409)
    with visit.reading() as session:
        discarding.drop_file(
            visit.settings.media_dir, gone.sha256, lambda: discarding.known_anywhere(session, gone.sha256)
        )
    return visit.go("/media", visit._("%(name)s is deleted.", name=gone.name or visit._("The image")))


def _one(visit: Visit, media_id: int, typed: Typed | None, status: int = 200) -> Response:
    with visit.reading() as session:
        image = one_image(session, visit.organisation_id, media_id)
        if image is None:
            raise Missing(visit._("There is no such image; it may have been deleted."))
        uses = uses_of(session, media_id)
        drafts = drafted_by(session, visit.organisation_id, media_id)
        fits = [fit(image, place) for place in places(session, visit.organisation_id)]
    typed = typed or Typed.of(alt=image.alt)
    return visit.page(
        "media_image.html.j2", status, image=image, uses=uses, drafts=drafts, fits=fits, typed=typed
    )


def keep_image(visit: Visit, file: UploadFile, alt: str) -> tuple[Media, bool]:
    """The image, and whether it is new. No transaction is open while it is looked at."""
    from campaigns.plan.library import arriving  # noqa: PLC0415 - pages that only look need none of it

    folder, stream, alt = visit.settings.media_dir, file.file, proper_alt(alt)
    with visit.reading() as session:
        found = arriving.known(session, visit.organisation_id, stream)
    if found and arriving.is_whole(found, folder):
        with visit.writing() as session:
            found = visit.own(session, Media, found.id)
            arriving.describe_if_bare(session, found, alt)
        return found, False
    while True:
        stream.seek(0)
        arrived = arriving.take_in(stream, file.filename or "", folder)
        with visit.writing() as session:
            kept, new = arriving.write_down(session, visit.organisation_id, arrived, alt, visit.now)
        if arriving.is_whole(kept, folder):  # nobody threw the same image away meanwhile
            return kept, new


def _told(kept: Media, *, new: bool) -> dict[str, object]:
    return {
        "id": kept.id,
        "sha256": kept.sha256,
        "name": kept.name,
        "alt": kept.alt,
        "mime": kept.mime,
        "size": kept.size,
        "width": kept.width,
        "height": kept.height,
        "src": f"/images/{kept.sha256}",
        "small": f"/images/{kept.sha256}/small",
        "new": new,
    }
