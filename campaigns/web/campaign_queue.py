"""A campaign's queue: its weekly slots, what waits in them, another order, and its pause."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.responses import Response

from campaigns.core.errors import Misuse
from campaigns.core.findings import has_problem
from campaigns.core.words import joined
from campaigns.deliver import pause
from campaigns.deliver.progress import own_campaign
from campaigns.people.permissions import Verb
from campaigns.plan.queue import placed, queue_of, queues_of
from campaigns.plan.spec import DAYS
from campaigns.web.base import slots_form as form
from campaigns.web.base.flash import Flash, Tone
from campaigns.web.base.forms import Posted, Typed
from campaigns.web.base.twosteps import Edits
from campaigns.web.base.visit import SignedIn
from campaigns.web.base.zonelist import zone_groups

if TYPE_CHECKING:
    from campaigns.models import Campaign
    from campaigns.plan.editing import Edited
    from campaigns.web.base.visit import Visit

router = APIRouter()


@router.get("/queue")
def queues(visit: SignedIn) -> Response:
    """Each campaign's queue, with how much waits and the next free slot."""
    with visit.reading() as session:
        found = queues_of(session, visit.organisation_id, visit.now)
    return visit.page("queues.html.j2", queues=found)


@router.get("/campaigns/{slug}/queue")
def page(visit: SignedIn, slug: str) -> Response:
    campaign = _own(visit, slug, None)
    return _page(visit, campaign, Typed({}))


@router.post("/campaigns/{slug}/queue/slots")
def slots(visit: SignedIn, typed: Posted, slug: str) -> Response:
    """What another grid means for what waits is shown before it is saved."""
    from campaigns.plan.editing import StaleSettings, read_slots, save_slots  # noqa: PLC0415 - only pages that plan

    campaign = _own(visit, slug, Verb.WRITE)
    read = read_slots(form.as_keys(typed))
    form.told(typed, read.findings)
    if not typed.good or typed.ticked("again"):
        return _page(visit, campaign, typed, 200 if typed.ticked("again") else 422)
    version, mark = typed.whole("version"), typed.text("mark")
    edits = Edits(visit, lambda editor: save_slots(editor, slug, read.slots, version))
    try:
        edited = edits.apply(mark) if mark else edits.look()
        if not mark and not edited.deliveries and not has_problem(edited.findings):
            edited = edits.apply(edited.mark)
    except StaleSettings as stale:
        typed.wrong("", f"{stale} " + visit._("What you typed stands here; saving it again takes its place."))
        typed.fields["version"] = [str(stale.theirs.version)]
        return _page(visit, campaign, typed, 409)
    if edited.applied:
        return visit.go(f"/campaigns/{slug}/queue", visit._("Saved."))
    return _confirm(
        visit, slug, typed, edited, "slots", visit._("Save these slots?"), visit._("Save it exactly so")
    )


@router.post("/campaigns/{slug}/queue/order")
def order(visit: SignedIn, typed: Posted, slug: str) -> Response:
    """One post goes to another place; those between move up or down by one slot."""
    from campaigns.plan.editing import order_queue  # noqa: PLC0415 - only pages that plan

    campaign = _own(visit, slug, Verb.WRITE)
    post_id, before, to = typed.whole("post"), typed.whole("seen"), typed.whole("place")
    with typed.told():
        with visit.reading() as session:
            ids = [one.id for one in queue_of(session, campaign, visit.now).posts]
        between = placed(ids, post_id, before, to)
        edited = Edits(visit, lambda editor: order_queue(editor, between)).do()
        if has_problem(edited.findings):
            typed.wrong("", joined(*(one.said for one in edited.findings if one.level == "problem")))
    if not typed.good:
        return _page(visit, campaign, typed, 409)
    return visit.go(
        f"/campaigns/{slug}/queue#post-{post_id}",
        visit._("Moved: the times beside each post are the new ones."),
    )


@router.post("/campaigns/{slug}/queue/shuffle")
def shuffle(visit: SignedIn, typed: Posted, slug: str) -> Response:
    """An order by chance, shown first; the form carries it along, so that this very one is made."""
    from campaigns.plan.editing import order_queue  # noqa: PLC0415 - only pages that plan

    campaign, mark = _own(visit, slug, Verb.WRITE), typed.text("mark")
    if not mark:
        with visit.reading() as session:
            ids = [one.id for one in queue_of(session, campaign, visit.now).posts]
    else:
        ids = typed.numbers("post")
    if len(ids) < 2:  # noqa: PLR2004 - one alone has no order
        return visit.go(f"/campaigns/{slug}/queue", Flash(visit._("There is nothing to shuffle."), Tone.NOTE))
    if not mark:
        ids = _another_order(ids)
        typed.fields["post"] = [str(number) for number in ids]
    edits = Edits(visit, lambda editor: order_queue(editor, ids))
    try:
        edited = edits.apply(mark) if mark else edits.look()
    except Misuse as gone:
        typed.wrong("", gone.sentence)
        return _page(visit, campaign, typed, 409)
    if edited.applied:
        return visit.go(f"/campaigns/{slug}/queue", visit._("Shuffled, as you saw it."))
    return _confirm(
        visit,
        slug,
        typed,
        edited,
        "shuffle",
        visit._("Shuffle the queue so?"),
        visit._("Shuffle it exactly so"),
    )


def _another_order(ids: list[int]) -> list[int]:
    """By chance, of two or more; of two posts every second shuffle would be no change."""
    fresh = ids
    while fresh == ids:
        fresh = random.SystemRandom().sample(ids, len(ids))
    return fresh


@router.post("/campaigns/{slug}/queue/pause")
def begin_pause(visit: SignedIn, _typed: Posted, slug: str) -> Response:
    _own(visit, slug, Verb.PAUSE)
    pause.pause_queue(visit.engine, slug, visit.name, organisation_id=visit.organisation_id)
    said = visit._(
        "The queue is paused: nothing of it begins to go out. Posts with a time of their own go on."
    )
    return visit.go(f"/campaigns/{slug}/queue", Flash(said, Tone.NOTE))


@router.post("/campaigns/{slug}/queue/resume")
def end_pause(visit: SignedIn, _typed: Posted, slug: str) -> Response:
    """What missed its slot takes the next free one first, so that no burst follows."""
    from campaigns.deliver.queue_resume import resume_in_turn  # noqa: PLC0415 - only pages that plan

    _own(visit, slug, Verb.PAUSE)
    if not resume_in_turn(visit.engine, visit.organisation_id, slug, visit.name, visit.now):
        said = visit._("The queue goes on. For posts that missed their slots there is no free one left: "
                       "they follow their late rule.")  # fmt: skip
        return visit.go(f"/campaigns/{slug}/queue", Flash(said, Tone.WARN))
    return visit.go(
        f"/campaigns/{slug}/queue",
        visit._("The queue goes on. What missed its slot takes the next free ones."),
    )


def _own(visit: Visit, slug: str, verb: Verb | None) -> Campaign:
    with visit.reading() as session:
        campaign = own_campaign(session, visit.organisation_id, slug)
    if verb:
        visit.require(verb)
    return campaign


def _page(visit: Visit, campaign: Campaign, typed: Typed, status: int = 200) -> Response:
    with visit.reading() as session:
        queue = queue_of(session, campaign, visit.now)
        scope = pause.Scope(campaign.slug, organisation_id=visit.organisation_id, queue=True)
        flying = pause.in_flight(session, scope) if campaign.queue_paused else []
    if not any(name.startswith(form.AT) for name in typed.fields):
        typed.fields |= form.filled(queue.slots)
    return visit.page(
        "campaign_queue.html.j2",
        status,
        campaign=campaign,
        queue=queue,
        flying=flying,
        typed=typed,
        rows=form.rows(typed),
        days=DAYS,
        zones=zone_groups(),
        version=typed.raw("version") or str(campaign.version),
    )


def _confirm(
    visit: Visit, slug: str, typed: Typed, edited: Edited, step: str, title: str, button: str
) -> Response:
    again = bool(typed.text("mark"))
    if again and not has_problem(edited.findings):
        typed.wrong("", visit._("Meanwhile something else changed. This is what it would do now:"))
    path = f"/campaigns/{slug}/queue/{step}"
    return visit.page(
        "confirm.html.j2",
        409 if again else 200,
        title=title,
        lead=visit._("Posts that wait get other times. Nothing is changed yet."),
        edited=edited,
        typed=typed,
        path=path,
        change_path=path if step == "slots" else "",
        button=button,
        cancel=f"/campaigns/{slug}/queue",
        left=(),
        leave_out=(),
    )
