"""The composer's answers: the form, the form with its preview, what is wrong with it, or the saved post."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from campaigns.core.errors import BeaconError, Missing
from campaigns.core.words import joined
from campaigns.deliver.people import post_all_now
from campaigns.plan.editing import Stale, preview, save_post
from campaigns.plan.editing.drafts import drop, find, of_post
from campaigns.plan.editing.saving import Removed
from campaigns.web.base.forms import Typed
from campaigns.web.base.zonelist import zone_groups
from campaigns.web.composing import merging
from campaigns.web.composing.form import (
    Form,
    fresh_values,
    image_numbers,
    part_names,
    read_form,
    values_of,
)
from campaigns.web.composing.keeping import draft_fields, keep_typed
from campaigns.web.composing.steps import attached, take_step
from campaigns.web.composing.telling import notes, said, tell_problems
from campaigns.web.composing.work import editor_of, look_up
from campaigns.web.media import keep_image

if TYPE_CHECKING:
    from starlette.responses import Response

    from campaigns.models import Draft
    from campaigns.plan.editing import Preview
    from campaigns.web.base.visit import Visit

KEY_BYTES = 4


def fresh(visit: Visit, slug: str, day: str = "") -> Response:
    typed = Typed.of(campaign=slug, key=secrets.token_hex(KEY_BYTES))
    with visit.reading() as session:
        work = look_up(visit, session, typed, campaign=slug)
    typed.fields |= fresh_values(work.spec)
    if day:
        typed.fields |= {"when": ["at"], "date": [day]}
    return show(visit, typed)


def take_up(visit: Visit, draft_id: int) -> Response:
    """A draft, on the page that it was written on."""
    with visit.reading() as session:
        draft = find(session, visit.me, draft_id)
    if draft.post_id:
        return visit.go(f"/posts/{draft.post_id}/edit")
    return show(visit, _of_draft(draft))


def open_post(visit: Visit, post_id: int) -> Response:
    with visit.reading() as session:
        work = look_up(visit, session, Typed.of(), post_id=post_id)
        draft = of_post(session, visit.me, post_id)
    if work.post is None:
        raise Missing(visit._("There is no such post here; it may have been removed."))
    if draft:
        return show(visit, _of_draft(draft), post_id=post_id, unsaved=draft)
    typed = Typed(values_of(work.post.spec, work.spec))
    typed.fields["version"] = [str(work.post.version)]
    return show(visit, typed, post_id=post_id)


def answer(visit: Visit, typed: Typed, post_id: int = 0) -> Response:
    """What the button in the field `do` asks for; without one, that the post is saved."""
    act = typed.text("do")
    if act == "draft":
        keep_typed(visit, typed, post_id)
        return visit.go("/drafts", visit._("The draft is kept. Nothing of it goes out."))
    if act == "image-upload":
        return _upload(visit, typed, post_id)
    if act in {"", "save"}:
        return _save(visit, typed, post_id)
    with visit.reading() as session:
        work = look_up(visit, session, typed, campaign=typed.text("campaign"), post_id=post_id)
    stepped, focus = take_step(typed, act, work)
    return show(visit, stepped, post_id=post_id, focus=focus, looked=act == "preview")


def told(visit: Visit, typed: Typed, post_id: int = 0) -> Response:
    """Only what the server has to say of the form: for a script that asks while somebody types."""
    return show(visit, typed, post_id=post_id, template="post_told.html.j2")


def show(
    visit: Visit,
    typed: Typed,
    status: int = 200,
    *,
    post_id: int = 0,
    focus: str = "",
    unsaved: Draft | None = None,
    looked: bool = False,
    removed: bool = False,
    template: str = "post_write.html.j2",
) -> Response:
    """The form with its preview. `looked`: somebody asked what is wrong, so it is said beside the fields."""
    with visit.reading() as session:
        work = look_up(visit, session, typed, campaign=typed.text("campaign"), post_id=post_id)
        form = read_form(typed, work.spec, visit.now)
        seen = preview(
            editor_of(visit, session, dry_run=True),
            form.fields,
            campaign=work.campaign.slug,
            post_id=post_id,
        )
    if looked:
        tell_problems(visit, typed, form, seen)
    return visit.page(
        template,
        status,
        typed=typed,
        work=work,
        seen=seen,
        notes=notes(visit, seen),
        problems=_problems(visit, typed, form, seen),
        said=lambda found: said(visit, found),
        parts=part_names(typed),
        zones=zone_groups(typed.text("timezone") or work.spec.timezone),
        focus=focus,
        unsaved=unsaved,
        removed=removed,
    )


def _problems(visit: Visit, typed: Typed, form: Form, seen: Preview) -> list[str]:
    """In the preview, what would keep it from being saved, but for what is merely not there yet."""
    silent = Typed(typed.fields)
    tell_problems(visit, silent, form, seen)
    return list(silent.errors.values())


def _save(visit: Visit, typed: Typed, post_id: int) -> Response:
    slug = typed.text("campaign")
    with visit.reading() as session:
        work = look_up(visit, session, typed, campaign=slug, post_id=post_id)
        if work.post:
            merging.take_theirs(typed, values_of(work.post.spec, work.spec))
        form = read_form(typed, work.spec, visit.now)
        looking = editor_of(visit, session, dry_run=True)
        seen = preview(looking, form.fields, campaign=slug, post_id=post_id)
    if not typed.all("accounts"):
        typed.wrong("accounts", visit._("Choose at least one account."))
    tell_problems(visit, typed, form, seen)
    if not typed.good or seen.read.spec is None:
        return show(visit, typed, 422, post_id=post_id)
    try:
        with visit.writing() as session:
            editor = editor_of(visit, session)
            spec = seen.read.spec if post_id else merging.with_key(seen.read.spec, typed.text("key"))
            saved = save_post(editor, spec, campaign=slug, post_id=post_id, version=typed.whole("version"))
            if saved.applied and typed.text("when") == "now":
                post_all_now(session, saved.posts[0], visit.name)  # a file knows minutes, not seconds
            if saved.applied:
                drop(session, visit.me, draft_id=typed.whole("draft"), post_id=post_id or None)
    except Stale as stale:
        return merging.both(visit, typed, work, stale)
    except Removed as gone:
        typed.wrong("", gone.sentence)
        return show(visit, typed, 409, post_id=post_id, removed=True)
    except BeaconError as refused:
        typed.wrong("", refused.sentence)
        return show(visit, typed, 409, post_id=post_id)
    if not saved.applied:
        typed.wrong("", joined(*(finding.what for finding in saved.findings)))
        return show(visit, typed, 409, post_id=post_id)
    changed = visit._("Saved: it goes out as you saw it.")
    return visit.go(f"/posts/{saved.posts[0]}", changed if saved.changes else visit._("Nothing changed."))


def _upload(visit: Visit, typed: Typed, post_id: int) -> Response:
    sent = [file for file in typed.files.get("upload", []) if file.filename]
    if not sent:
        typed.wrong("upload", visit._("Choose an image first."))
        return show(visit, typed, 422, post_id=post_id)
    focus = "upload"
    with typed.told("upload"):
        kept, _ = keep_image(visit, sent[0], typed.text("upload_alt"))
        typed = attached(typed, kept)
        typed.fields["upload_alt"] = [""]
        focus = f"media-{image_numbers(typed)[-1]}-alt"  # what it shows is asked for at once
    return show(visit, typed, 200 if typed.good else 422, post_id=post_id, focus=focus)


def _of_draft(draft: Draft) -> Typed:
    typed = Typed(draft_fields(draft))
    typed.fields |= {"draft": [str(draft.id)], "draft_version": [str(draft.version)]}
    return typed
