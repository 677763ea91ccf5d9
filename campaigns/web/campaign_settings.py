"""A campaign is made, its settings are changed, and it is removed: each with what that means said first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query
from starlette.responses import JSONResponse, Response

from campaigns.core.findings import Level, has_problem
from campaigns.deliver.account_list import account_list
from campaigns.deliver.progress import own_campaign, progress
from campaigns.models import EDITABLE, State
from campaigns.people.permissions import Verb
from campaigns.web.base import settings_form as form
from campaigns.web.base.flash import Flash, Tone
from campaigns.web.base.forms import Posted, Typed
from campaigns.web.base.twosteps import Edits
from campaigns.web.base.visit import SignedIn
from campaigns.web.base.zonelist import zone_groups

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from campaigns.core.findings import Finding
    from campaigns.models import Campaign
    from campaigns.plan.editing import Edited, StaleSettings
    from campaigns.plan.spec import CampaignSpec
    from campaigns.web.base.visit import Visit

router = APIRouter()

MOST_TAGS = 40  # that one look judges

Tags = Annotated[str, Query(max_length=4000)]


@router.get("/begin/campaign")
def ask(visit: SignedIn) -> Response:
    visit.require(Verb.WRITE)
    with visit.reading() as session:
        accounts = [line.name for line in account_list(session, visit.organisation_id, visit.now)]
    return _form(visit, Typed.of(timezone=visit.zone, accounts=accounts[:1]))


@router.post("/begin/campaign")
def make(visit: SignedIn, typed: Posted) -> Response:
    """The same form sent twice makes one campaign."""
    from campaigns.plan.editing import create_campaign  # noqa: PLC0415 - only pages that plan
    from campaigns.plan.naming import slug_from  # noqa: PLC0415

    visit.require(Verb.WRITE)
    if not typed.text("slug"):
        typed.fields["slug"] = [slug_from(typed.text("title"))]
    settings = _read(visit, typed)
    advice = _advise(visit, typed, settings)
    if settings is None or not typed.good:
        return _form(visit, typed, status=422)
    made = Edits(visit, lambda editor: create_campaign(editor, settings, visit.settings.media_dir)).do()
    if not made.applied:
        for finding in made.findings:
            field = "slug" if finding.code == "slug-taken" else "accounts"
            typed.wrong(field, finding.said)
        return _form(visit, typed, status=422)
    said = visit._("The campaign is made. Write its first post, or import posts.")
    return visit.go(
        f"/campaigns/{settings.slug}", Flash(" ".join([said, *advice]), Tone.NOTE if advice else Tone.GOOD)
    )


@router.get("/campaigns/{slug}/settings")
def settings(visit: SignedIn, slug: str) -> Response:
    campaign = _own(visit, slug)
    return _form(visit, Typed(form.filled(campaign)), campaign)


@router.post("/campaigns/{slug}/settings")
def save(visit: SignedIn, typed: Posted, slug: str) -> Response:
    """At once where nothing planned is touched; else what it means is shown first."""
    from campaigns.plan.editing import StaleSettings, save_settings  # noqa: PLC0415 - only pages that plan

    campaign = _own(visit, slug)
    typed = form.flat(typed)
    typed.fields["slug"] = [slug]
    wanted = _read(visit, typed)
    _advise(visit, typed, wanted)
    if wanted is None or not typed.good or typed.ticked("again"):
        return _form(visit, typed, campaign, status=200 if typed.ticked("again") else 422)
    version, mark = typed.whole("version"), typed.text("mark")
    edits = Edits(visit, lambda editor: save_settings(editor, slug, wanted, version))
    try:
        edited = edits.apply(mark) if mark else edits.look()
        if not mark and not edited.deliveries and not has_problem(edited.findings):
            edited = edits.apply(edited.mark)
    except StaleSettings as stale:
        return _stale(visit, wanted, stale)
    if edited.applied:
        return visit.go(f"/campaigns/{slug}/settings", visit._("Saved."))
    if has_problem(edited.findings):
        return _form(visit, typed, campaign, edited, 422)
    if mark:
        typed.wrong("", visit._("Meanwhile something else changed. This is what saving would do now:"))
    return visit.page(
        "confirm.html.j2",
        409 if mark else 200,
        title=visit._("Save these settings?"),
        lead=visit._("They change posts that are planned already. Nothing is saved yet."),
        edited=edited,
        typed=typed,
        path=f"/campaigns/{slug}/settings",
        change_path=f"/campaigns/{slug}/settings",
        button=visit._("Save it exactly so"),
        cancel=f"/campaigns/{slug}/settings",
        left=(),
        leave_out=(),
    )


@router.get("/campaigns/{slug}/remove")
def confirm(visit: SignedIn, slug: str) -> Response:
    return _confirm_removal(visit, _own(visit, slug), Typed({}))


@router.post("/campaigns/{slug}/remove")
def remove(visit: SignedIn, typed: Posted, slug: str) -> Response:
    """Cancels no more posts than the page had said it would."""
    from campaigns.plan.loading import remove_campaign  # noqa: PLC0415 - only pages that plan

    campaign, expected = _own(visit, slug), typed.whole("waiting")
    with visit.writing() as session:
        if _waiting(progress(session, campaign).states) > expected:
            typed.wrong("", visit._("Meanwhile more of its posts were planned; please look again."))
        else:
            remove_campaign(session, visit.organisation_id, slug, visit.name, visit.now)
    if not typed.good:
        return _confirm_removal(visit, campaign, typed, 409)
    return visit.go(
        "/campaigns", visit._("%(title)s is removed. What is out stays out.", title=campaign.title)
    )


@router.get("/hashtags")
def hints(visit: SignedIn, tags: Tags = "") -> Response:
    """What a script says below the hashtags while they are typed."""
    from campaigns.compose.advising import advise  # noqa: PLC0415 - only here and where they are saved

    with visit.reading() as session:
        platforms = {line.platform for line in account_list(session, visit.organisation_id, visit.now)}
    bare = [tag.removeprefix("#") for tag in form.words(tags)[:MOST_TAGS]]
    remarks = advise([tag for tag in bare if tag], platforms)
    return JSONResponse({"hints": [visit.told(remark.said) for remark in remarks]})


def _own(visit: Visit, slug: str) -> Campaign:
    """Another organisation's campaign is missing before it is forbidden."""
    with visit.reading() as session:
        campaign = own_campaign(session, visit.organisation_id, slug)
    visit.require(Verb.WRITE)
    return campaign


def _read(visit: Visit, typed: Typed) -> CampaignSpec | None:
    from campaigns.plan.editing import read_settings  # noqa: PLC0415 - only pages that plan

    for name in form.NEEDED:
        if not typed.text(name):
            typed.wrong(name, visit._("Please fill this in."))
    read = read_settings(form.as_keys(typed))
    form.told(typed, read.findings)
    return read.spec


def _advise(visit: Visit, typed: Typed, settings: CampaignSpec | None) -> list[str]:
    """What could be better about the hashtags; what cannot link at all stands beside its field."""
    from campaigns.compose.advising import advise  # noqa: PLC0415 - only pages that plan

    if settings is None:
        return []
    with visit.reading() as session:
        platforms = {
            line.name: line.platform for line in account_list(session, visit.organisation_id, visit.now)
        }
    wanted = {platforms[name] for name in settings.accounts if name in platforms}
    tags = [tag for tag in (settings.hashtags.primary, *settings.hashtags.supporting) if tag]
    remarks = advise(tags, wanted)
    for remark in remarks:
        if remark.level is Level.PROBLEM:
            first = settings.hashtags.primary
            field = "primary" if first and remark.what.startswith(f"#{first} ") else "supporting"
            typed.wrong(field, remark.said)
    return [visit.told(remark.said) for remark in remarks if remark.level is Level.NOTE]


def _form(
    visit: Visit,
    typed: Typed,
    campaign: Campaign | None = None,
    edited: Edited | None = None,
    status: int = 200,
) -> Response:
    with visit.reading() as session:
        known = [(line.name, line.name) for line in account_list(session, visit.organisation_id, visit.now)]
    names = {name for name, _ in known}
    gone = [name for name in typed.all("accounts") if name and name not in names]
    findings: Sequence[Finding] = edited.findings if edited else ()
    return visit.page(
        "campaign_settings.html.j2",
        status,
        typed=typed,
        campaign=campaign,
        findings=findings,
        says=edited.says if edited else (),
        accounts=[*known, *((name, visit._("%(name)s (not connected)", name=name)) for name in gone)],
        zones=zone_groups(typed.text("timezone")),
        path=f"/campaigns/{campaign.slug}/settings" if campaign else "/begin/campaign",
    )


def _stale(visit: Visit, mine: CampaignSpec, stale: StaleSettings) -> Response:
    theirs = {name: " ".join(values) for name, values in form.filled(stale.theirs).items()}
    same_spelling = {name: [" ".join(values)] for name, values in form.filled(mine).items()}
    return visit.page(
        "stale.html.j2",
        409,
        typed=Typed(same_spelling),
        theirs=theirs,
        labels={name: visit.say(label) for name, label in form.LABELS.items()},
        who=stale.by or visit._("Somebody"),
        at_utc=stale.theirs.updated_utc,
        version=stale.theirs.version,
        cancel=f"/campaigns/{stale.theirs.slug}/settings",
    )


def _confirm_removal(visit: Visit, campaign: Campaign, typed: Typed, status: int = 200) -> Response:
    with visit.reading() as session:
        states = progress(session, campaign).states
    return visit.page(
        "campaign_remove.html.j2",
        status,
        campaign=campaign,
        typed=typed,
        waiting=_waiting(states),
        out=states.get(State.PUBLISHED, 0) + states.get(State.PARTLY_OUT, 0),
        in_flight=states.get(State.SUBMITTING, 0) + states.get(State.UNCERTAIN, 0),
    )


def _waiting(states: Mapping[str, int]) -> int:
    return sum(states.get(state, 0) for state in EDITABLE)
