"""One post: what it says, when it goes out, and what it said before; and its way out and back."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.responses import Response

from campaigns.core.words import joined
from campaigns.deliver.overview import listed
from campaigns.people.permissions import Verb
from campaigns.web.base.flash import Flash
from campaigns.web.base.forms import Posted, Typed
from campaigns.web.base.visit import RowId, SignedIn

if TYPE_CHECKING:
    from collections.abc import Callable

    from campaigns.plan.editing import Edited, Editor
    from campaigns.plan.spec import PostSpec
    from campaigns.web.base.visit import Visit

router = APIRouter()

MOST_DELIVERIES = 200
MOST_VERSIONS = 50


@router.get("/posts/{post_id}")
def page(visit: SignedIn, post_id: RowId) -> Response:
    return _page(visit, post_id, Typed.of())


@router.post("/posts/{post_id}/remove")
def remove(visit: SignedIn, typed: Posted, post_id: RowId) -> Response:
    """Out of the campaign; the next page offers to bring it back."""
    from campaigns.plan.editing import remove_posts  # noqa: PLC0415 - few pages need planning in memory

    return _change(
        visit, typed, post_id, lambda editor: remove_posts(editor, [post_id]),
        visit._("Taken out: nothing more of it goes out. It can be brought back below."),
    )  # fmt: skip


@router.post("/posts/{post_id}/back")
def back(visit: SignedIn, typed: Posted, post_id: RowId) -> Response:
    from campaigns.plan.editing import bring_back  # noqa: PLC0415 - see above

    return _change(
        visit, typed, post_id, lambda editor: bring_back(editor, [post_id]),
        visit._("It is back, and goes out as before."),
    )  # fmt: skip


@router.post("/posts/{post_id}/restore")
def restore(visit: SignedIn, typed: Posted, post_id: RowId) -> Response:
    """What it said under the version in the field `from`, saved as the newest."""
    from campaigns.core.errors import Missing  # noqa: PLC0415 - see above
    from campaigns.plan.editing import post_at, save_post  # noqa: PLC0415 - see above

    def act(editor: Editor) -> Edited:
        spec = post_at(editor.session, editor.organisation_id, post_id, typed.whole("from"))
        if spec is None:
            raise Missing(visit._("There is no such version of this post."))
        return save_post(editor, spec, post_id=post_id, version=typed.whole("version"))

    return _change(visit, typed, post_id, act, visit._("That version is the post's text again."))


def _change(
    visit: Visit, typed: Typed, post_id: int, act: Callable[[Editor], Edited], words: str
) -> Response:
    visit.require(Verb.WRITE)
    from campaigns.web.composing.work import editor_of  # noqa: PLC0415 - see above

    with typed.told(), visit.writing() as session:
        done = act(editor_of(visit, session))
        if not done.applied:
            typed.wrong("", joined(*(finding.said for finding in done.findings)))
    if not typed.good:
        return _page(visit, post_id, typed, 409)
    return visit.go(f"/posts/{post_id}", Flash(words))


def _page(visit: Visit, post_id: int, typed: Typed, status: int = 200) -> Response:
    from campaigns.plan.editing import versions_of  # noqa: PLC0415 - see above
    from campaigns.web.composing.work import look_up  # noqa: PLC0415 - see above

    with visit.reading() as session:
        work = look_up(visit, session, typed, post_id=post_id)
        rows = work.post.deliveries.values() if work.post else ()
        going = listed(session, ids=[row.id for row in rows][:MOST_DELIVERIES], limit=MOST_DELIVERIES)
        versions = versions_of(session, visit.organisation_id, post_id)[: MOST_VERSIONS + 1]
    texts = [whole_text(version.spec) for version in versions]
    before = [older for _, older in pairwise([*texts, ""])]
    return visit.page(
        "post.html.j2",
        status,
        work=work,
        post=work.post,
        rows=going,
        versions=list(zip(versions, texts, before, strict=True))[:MOST_VERSIONS],
        typed=typed,
    )


def whole_text(post: PostSpec) -> str:
    """All that somebody wrote in it, one under the other: what two versions are compared by."""
    when = f"{post.at:%Y-%m-%d %H:%M}" if post.at else ""
    variants = (f"{name}: {text}" for name, text in sorted(post.variants.items()))
    images = (f"[{image.alt}]" for image in post.media)
    tags = post.hashtags
    listed_tags = (f"#{tag}" for tag in (tags.primary, *tags.supporting) if tag) if tags else ()
    pieces = [
        post.content_warning or "", post.text, *post.thread, *variants, *images, " ".join(listed_tags), when,
    ]  # fmt: skip
    return "\n\n".join(piece for piece in pieces if piece)
