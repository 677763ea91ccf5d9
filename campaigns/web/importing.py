"""A campaign file comes in: uploaded, shown as what it would change, and applied exactly so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.responses import Response

from campaigns.core.errors import Misuse
from campaigns.people.permissions import Verb
from campaigns.plan.importing.shelf import Shelf
from campaigns.plan.listing import titles
from campaigns.web.base.flash import Flash, Tone
from campaigns.web.base.forms import MOST_FILES, Posted, Typed
from campaigns.web.base.limits import MEGABYTE, UPLOADS
from campaigns.web.base.twosteps import TwoSteps
from campaigns.web.base.visit import SignedIn

if TYPE_CHECKING:
    from pathlib import Path

    from campaigns.core.findings import Finding
    from campaigns.plan.importing.brought import Brought
    from campaigns.plan.importing.shelf import Upload
    from campaigns.web.base.visit import Visit

router = APIRouter()

Slug = Annotated[str, Query(max_length=64)]


@router.get("/import")
def page(visit: SignedIn, campaign: Slug = "") -> Response:
    """`campaign` is the one that a table of posts is for."""
    visit.require(Verb.WRITE)
    return _ask(visit, Typed.of(campaign=campaign))


@router.post("/import")
def take_in(visit: SignedIn, typed: Posted) -> Response:
    """Keeps what came for an hour, so that nothing is lost whatever is wrong with it."""
    visit.require(Verb.WRITE)
    # Only here: nobody else unpacks.
    from campaigns.plan.importing.unpacking import Incoming, unpack  # noqa: PLC0415

    files = [file for file in typed.files.get("files", []) if file.filename]
    if not files:
        typed.wrong("files", visit._("Choose the campaign's file first."))
        return _ask(visit, typed, 422)
    shelf = _shelf(visit)
    upload = shelf.place()
    with typed.told("files"):
        unpack([Incoming(file.filename or "", file.file) for file in files], upload.files)
    if not typed.good:
        shelf.drop(upload)
        return _ask(visit, typed, 422)
    return visit.go(_path(upload, typed.text("campaign")))


@router.get("/import/{token}")
def look(visit: SignedIn, token: str, campaign: Slug = "", rename: str = "") -> Response:
    """What it would change, as `beacon campaign load --dry-run` says it."""
    visit.require(Verb.WRITE)
    upload = _shelf(visit).find(token)
    if upload.loaded_as:
        return _loaded(visit, upload)
    return _review(visit, upload, Typed.of(campaign=campaign, rename=rename))


@router.post("/import/{token}")
def load(visit: SignedIn, typed: Posted, token: str) -> Response:
    """Exactly what was shown; when it would do something else by now, that is shown instead."""
    visit.require(Verb.WRITE)
    upload = _shelf(visit).find(token)
    if upload.loaded_as:
        return _loaded(visit, upload)
    brought = _brought(visit, upload, typed.text("campaign"))
    done = TwoSteps(visit, brought, replace=typed.ticked("rename")).apply(typed.text("mark"))
    if not done.applied:
        if done.overtaken:
            typed.wrong("", visit._("Meanwhile something else changed. This is what loading would do now:"))
        return _review(visit, upload, typed, 409)
    with visit.reading() as session:
        spec = brought(session).spec
    upload.remember_loaded(spec.slug if spec else "")
    return visit.go(f"/campaigns/{upload.loaded_as}", visit._("Loaded: it is planned as you saw it."))


@router.post("/import/{token}/drop")
def drop(visit: SignedIn, _typed: Posted, token: str) -> Response:
    visit.require(Verb.WRITE)
    shelf = _shelf(visit)
    shelf.drop(shelf.find(token))
    return visit.go(
        "/campaigns", Flash(visit._("The upload is thrown away; nothing was changed."), Tone.NOTE)
    )


def _shelf(visit: Visit) -> Shelf:
    return Shelf(visit.settings.data_dir / "imports", visit.me.id)


def _brought(visit: Visit, upload: Upload, campaign: str) -> Brought:
    """Raises `Misuse` when nothing in it can be read."""
    from campaigns.plan.importing.brought import Brought  # noqa: PLC0415 - only here anything is read

    return Brought(upload.files, visit.organisation_id, campaign)


def _path(upload: Upload, campaign: str) -> str:
    return f"/import/{upload.token}" + (f"?{urlencode({'campaign': campaign})}" if campaign else "")


def _loaded(visit: Visit, upload: Upload) -> Response:
    return visit.go(f"/campaigns/{upload.loaded_as}", visit._("This upload was loaded already."))


def _ask(visit: Visit, typed: Typed, status: int = 200) -> Response:
    with visit.reading() as session:
        campaigns = titles(session, visit.organisation_id)
    return visit.page(
        "import.html.j2",
        status,
        typed=typed,
        campaigns=campaigns,
        most_files=MOST_FILES,
        most_megabytes=UPLOADS["/import"] // MEGABYTE,
    )


def _review(visit: Visit, upload: Upload, typed: Typed, status: int = 200) -> Response:
    campaign = typed.text("campaign")
    try:
        brought = _brought(visit, upload, campaign)
    except Misuse as nothing:
        typed.wrong("files", str(nothing))
        return _ask(visit, typed, 422)
    with visit.reading() as session:
        campaigns = titles(session, visit.organisation_id)
    if brought.needs_campaign:
        return visit.page("import_into.html.j2", upload=upload, campaigns=campaigns, typed=typed)
    loaded = TwoSteps(visit, brought, replace=typed.ticked("rename")).look()
    return visit.page(
        "import_review.html.j2",
        status,
        typed=typed,
        upload=upload,
        loaded=loaded,
        findings=_shown(loaded.findings, upload.files),
        taken_over=any(finding.code == "another-campaign" for finding in loaded.findings),
        into=dict(campaigns).get(campaign, ""),
    )


def _shown(findings: list[Finding], folder: Path) -> list[Finding]:
    from campaigns.plan.importing.arranging import without_folder  # noqa: PLC0415 - only here

    return without_folder(findings, folder)
