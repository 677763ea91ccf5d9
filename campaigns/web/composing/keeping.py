"""Drafts: kept with every pause in typing, listed, discarded, and brought back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from campaigns.core.errors import Missing
from campaigns.people.permissions import Verb
from campaigns.web.base.forms import Posted, Typed
from campaigns.web.base.mishaps import wants_json
from campaigns.web.base.visit import RowId, SignedIn

if TYPE_CHECKING:
    from campaigns.models import Draft
    from campaigns.web.base.visit import Visit

router = APIRouter()

OURS = frozenset({"do", "draft", "draft_version", "post", "upload", "upload_alt", "image"})
"""Fields that a draft need not remember."""


@router.get("/drafts")
def page(visit: SignedIn) -> Response:
    from campaigns.plan.editing.drafts import of_person  # noqa: PLC0415 - few pages need planning in memory

    with visit.reading() as session:
        lines = of_person(session, visit.me)
    return visit.page("drafts.html.j2", lines=lines)


@router.post("/drafts")
def keep(visit: SignedIn, typed: Posted) -> Response:
    """What the composer's form holds at this moment; a script sends it. The field `post` names the post
    that is edited, if one is."""
    visit.require(Verb.WRITE)
    from campaigns.plan.editing.drafts import others_on  # noqa: PLC0415 - see above

    post_id = typed.whole("post")
    draft = keep_typed(visit, typed, post_id)
    if not wants_json(visit.request):
        return visit.go("/drafts", visit._("The draft is kept. Nothing of it goes out."))
    told: dict[str, object] = {
        "draft": draft.id,
        "version": draft.version,
        "said": visit._("Draft kept at %(time)s", time=visit.times.clock(visit.now, exact=True)),
    }
    if post_id:
        with visit.reading() as session:
            others = others_on(session, visit.me, post_id, visit.now)
        told["others"] = [_at_work(visit, other.name) for other in others]
    return JSONResponse(told)


@router.post("/drafts/{draft_id}/discard")
def discard(visit: SignedIn, _typed: Posted, draft_id: RowId) -> Response:
    """The answer itself holds the text, so that it can be taken back."""
    from campaigns.plan.editing import drafts  # noqa: PLC0415 - see above

    try:
        with visit.writing() as session:
            draft = drafts.find(session, visit.me, draft_id)
            drafts.drop(session, visit.me, draft_id=draft_id)
    except Missing:
        return visit.go("/drafts", visit._("This draft is gone already."))
    with visit.reading() as session:
        lines = drafts.of_person(session, visit.me)
    gone = Typed({**draft_fields(draft), "post": [str(draft.post_id or 0)]})
    return visit.page("drafts.html.j2", lines=lines, gone=gone)


def keep_typed(visit: Visit, typed: Typed, post_id: int) -> Draft:
    """Raises `Conflict` when another window of the same person kept it meanwhile."""
    from campaigns.plan.editing import drafts  # noqa: PLC0415 - see above

    with visit.writing() as session:
        return drafts.keep(
            session,
            visit.me,
            {name: values for name, values in typed.fields.items() if name not in OURS},
            visit.now,
            draft_id=typed.whole("draft"),
            version=typed.whole("draft_version"),
            post_id=post_id or None,
            post_version=typed.whole("version"),
        )


def draft_fields(draft: Draft) -> dict[str, list[str]]:
    return {name: list(values) for name, values in draft.fields.items()}


def _at_work(visit: Visit, name: str) -> str:
    return visit._(
        "%(name)s is writing on this post too. Neither text gets lost: whoever saves second sees both.",
        name=name,
    )
