"""The posts of a campaign: looked for, chosen, and changed together, with what that does shown first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.responses import Response

from campaigns.core.findings import has_problem
from campaigns.deliver.post_list import (
    PAGE,
    Sought,
    accounts_of,
    all_ids,
    find_posts,
    languages_of,
    posts_of,
)
from campaigns.deliver.progress import own_campaign
from campaigns.models import State
from campaigns.people.permissions import Verb
from campaigns.plan.listing import titles
from campaigns.web.base.bulk import ACTS, NEEDS_FORM, Act, edit_of
from campaigns.web.base.forms import Posted, Typed
from campaigns.web.base.twosteps import Edits
from campaigns.web.base.visit import SignedIn

if TYPE_CHECKING:
    from campaigns.deliver.post_list import PostRow
    from campaigns.models import Campaign
    from campaigns.web.base.visit import Visit

router = APIRouter()

MOST = 200  # posts in one change, as `plan.editing` has it

Words = Annotated[str, Query(max_length=200)]
Choice = Annotated[str, Query(max_length=64)]
PageNumber = Annotated[int, Query(alias="page", ge=1, le=1_000_000)]


@router.get("/campaigns/{slug}/posts")
def page(
    visit: SignedIn,
    slug: str,
    q: Words = "",
    state: Choice = "",
    language: Choice = "",
    account: Choice = "",
    number: PageNumber = 1,
) -> Response:
    typed = Typed.of(q=q, state=state, language=language, account=account)
    with visit.reading() as session:
        campaign = own_campaign(session, visit.organisation_id, slug)
    return _list(visit, campaign, typed, number)


@router.post("/campaigns/{slug}/posts")
def change(visit: SignedIn, typed: Posted, slug: str) -> Response:
    """Step by step: which posts, what about them, what that would do; and then exactly that."""
    with visit.reading() as session:
        campaign = own_campaign(session, visit.organisation_id, slug)
        visit.require(Verb.WRITE)
        if typed.ticked("everything"):
            ids = all_ids(session, campaign, _sought(typed), MOST + 1)
        else:
            ids = typed.numbers("post")
        rows = posts_of(session, campaign, ids[: MOST + 1])
    act = next((act for act in Act if act == typed.text("act")), None)
    if act is None or not rows or len(ids) > MOST:
        sentence = (
            visit._("Choose what to do with them.") if act is None
            else visit._("Choose at least one post.") if not rows
            else visit._("At most %(most)s posts can be changed at once; choose fewer.", most=MOST)
        )  # fmt: skip
        typed.wrong("", sentence)
        return _list(visit, campaign, typed, max(typed.whole("page"), 1), 422)
    out = [row for row in rows if act is not Act.COPY and not row.may_change]
    gone = {row.id for row in out} | set(typed.numbers("leave"))
    chosen = [row for row in rows if row.id not in gone]
    kept = Typed(
        {name: values for name, values in typed.fields.items() if name not in {"everything", "leave"}}
    )
    kept.fields["post"] = [str(row.id) for row in chosen]
    if not chosen:
        typed.wrong("", visit._("Nothing of these posts has still to go out, so there is nothing to change."))
        return _list(visit, campaign, typed, max(typed.whole("page"), 1), 422)
    if typed.ticked("again") or (act in NEEDS_FORM and not typed.ticked("filled")):
        return _ask(visit, campaign, kept, act, chosen)
    return _step(visit, campaign, kept, act, chosen, out)


def _step(
    visit: Visit, campaign: Campaign, typed: Typed, act: Act, chosen: list[PostRow], out: list[PostRow]
) -> Response:
    ids, mark = [row.id for row in chosen], typed.text("mark")
    with typed.told():
        edits = Edits(visit, edit_of(act, typed, ids))
        edited = edits.apply(mark) if mark else edits.look()
    if not typed.good:
        return _ask(visit, campaign, typed, act, chosen, 422)
    if edited.applied:
        target = typed.text("campaign") if act is Act.COPY else campaign.slug
        said = visit.ngettext("Done: %(n)s post is changed.", "Done: %(n)s posts are changed.", len(ids))
        return visit.go(f"/campaigns/{target}/posts", said)
    if mark and not has_problem(edited.findings):
        typed.wrong("", visit._("Meanwhile something else changed. This is what it would do now:"))
    in_the_way = {ids[finding.line - 1] for finding in edited.findings
                  if finding.level == "problem" and 0 < finding.line <= len(ids)}  # fmt: skip
    path = f"/campaigns/{campaign.slug}/posts"
    return visit.page(
        "confirm.html.j2",
        409 if mark else 200,
        title=visit.say(ACTS[act].question),
        lead=visit.ngettext(
            "%(n)s post is chosen. Nothing is changed yet.",
            "%(n)s posts are chosen. Nothing is changed yet.",
            len(ids),
        ),
        edited=edited,
        typed=typed,
        path=path,
        change_path=path if act in NEEDS_FORM else "",
        button=visit.say(ACTS[act].button),
        cancel=path,
        left=[(row.text, _why(visit, row)) for row in out],
        leave_out=sorted(in_the_way) if len(in_the_way) < len(ids) else (),
    )


def _why(visit: Visit, row: PostRow) -> str:
    out = any(state in {State.PUBLISHED, State.PARTLY_OUT} for state in row.states)
    if out:
        return visit._("It is out: what is out stays out.")
    if State.CANCELLED in row.states:
        return visit._("It is cancelled already.")
    return visit._("It is being sent just now.")


def _ask(
    visit: Visit, campaign: Campaign, typed: Typed, act: Act, chosen: list[PostRow], status: int = 200
) -> Response:
    with visit.reading() as session:
        campaigns = titles(session, visit.organisation_id)
    typed.fields.pop("again", None)
    typed.fields.pop("mark", None)
    return visit.page(
        "campaign_bulk.html.j2",
        status,
        campaign=campaign,
        typed=typed,
        act=act,
        title=visit.say(ACTS[act].question),
        chosen=chosen,
        campaigns=campaigns,
    )


def _list(visit: Visit, campaign: Campaign, typed: Typed, number: int, status: int = 200) -> Response:
    sought = _sought(typed)
    with visit.reading() as session:
        found = find_posts(session, campaign, sought, number)
        languages = languages_of(session, campaign)
        accounts = accounts_of(session, campaign)
    filters = {name: typed.text(name) for name in ("q", "state", "language", "account") if typed.text(name)}
    return visit.page(
        "campaign_posts.html.j2",
        status,
        campaign=campaign,
        typed=typed,
        found=found,
        at=number,
        pages=max(1, -(-found.total // PAGE)),
        most=MOST,
        filters=filters,
        query=urlencode(filters),
        states=list(State),
        languages=languages,
        accounts=accounts,
        acts=[(act, visit.say(ACTS[act].label)) for act in Act],
    )


def _sought(typed: Typed) -> Sought:
    state = typed.text("state")
    return Sought(
        words=typed.text("q")[:200],
        state=State(state) if state in set(State) else None,
        language=typed.text("language"),
        account=typed.text("account"),
    )
