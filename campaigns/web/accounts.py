"""The accounts: how each is, connecting one (again), pausing it, and taking it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.responses import Response

from campaigns.core.errors import Missing
from campaigns.deliver import connecting, pause
from campaigns.deliver.account_list import account_list
from campaigns.models import Account, AccountState, PauseMode
from campaigns.people.permissions import Verb
from campaigns.platforms.registry import PLATFORMS, form_of, rules_of
from campaigns.web.base.connect_form import FormTalk, lead
from campaigns.web.base.flash import Flash, Tone
from campaigns.web.base.forms import SECRETS, Posted, Typed
from campaigns.web.base.visit import SignedIn, Visit

if TYPE_CHECKING:
    from campaigns.platforms.contract import Form

router = APIRouter()


@router.get("/accounts")
def page(visit: SignedIn) -> Response:
    with visit.reading() as session:
        accounts = account_list(session, visit.organisation_id, visit.now)
    return visit.page("accounts.html.j2", accounts=accounts, rules_of=rules_of)


@router.get("/accounts/new")
def choose(visit: SignedIn) -> Response:
    visit.require(Verb.CONNECT)
    return visit.page(
        "accounts_new.html.j2", platforms=[(rules_of(name), form_of(name)) for name in PLATFORMS]
    )


@router.get("/accounts/connect/{platform}")
def ask(visit: SignedIn, platform: str) -> Response:
    visit.require(Verb.CONNECT)
    _known_platform(visit, platform)
    with visit.reading() as session:
        taken = connecting.find(session, platform, visit.organisation_id)
    free = taken is None or taken.state == AccountState.REMOVED
    filled = {field.name: field.usual for field in form_of(platform).fields}
    return _form(visit, platform, Typed.of(**filled, name=platform if free else ""))


@router.post("/accounts/connect/{platform}")
def connect(visit: SignedIn, typed: Posted, platform: str) -> Response:
    visit.require(Verb.CONNECT)
    _known_platform(visit, platform)
    name = typed.text("name")
    with typed.told("name"):
        connecting.proper_name(name)
    with visit.reading() as session:
        taken = connecting.find(session, name, visit.organisation_id)
    if taken and taken.state != AccountState.REMOVED:
        typed.wrong("name", visit._(
            "There is an account %(name)s already: choose another name, or connect that one again.", name=name
        ))  # fmt: skip
    return _connect(visit, typed, platform, name, None)


@router.get("/accounts/{name}/connect")
def ask_again(visit: SignedIn, name: str) -> Response:
    visit.require(Verb.CONNECT)
    account = _own(visit, name)
    fields = form_of(account.platform).fields
    told = {field.name: str(account.limits.get(field.name, field.usual)) for field in fields}
    typed = Typed.of(**told | {"server": account.server, "handle": account.handle})
    return _form(visit, account.platform, typed, account)


@router.post("/accounts/{name}/connect")
def connect_again(visit: SignedIn, typed: Posted, name: str) -> Response:
    visit.require(Verb.CONNECT)
    account = _own(visit, name)
    return _connect(visit, typed, account.platform, name, account)


@router.post("/accounts/{name}/pause")
def begin_pause(visit: SignedIn, typed: Posted, name: str) -> Response:
    visit.require(Verb.PAUSE)
    _own(visit, name)
    spare = typed.text("mode") == PauseMode.CRISIS
    pause.pause_account(
        visit.engine, name, visit.name, allow_essential=spare, organisation_id=visit.organisation_id
    )
    said = (
        visit._("%(name)s is paused: only essential posts go out there.", name=name)
        if spare
        else visit._("%(name)s is paused: no post begins to go out there.", name=name)
    )
    return visit.go("/accounts", Flash(said, Tone.NOTE))


@router.post("/accounts/{name}/resume")
def end_pause(visit: SignedIn, _typed: Posted, name: str) -> Response:
    visit.require(Verb.PAUSE)
    _own(visit, name)
    pause.resume_account(visit.engine, name, visit.name, organisation_id=visit.organisation_id)
    return visit.go("/accounts", visit._("Posts go out again from %(name)s.", name=name))


@router.get("/accounts/{name}/remove")
def confirm(visit: SignedIn, name: str) -> Response:
    visit.require(Verb.CONNECT)
    return _confirm(visit, name, Typed({}))


@router.post("/accounts/{name}/remove")
def remove(visit: SignedIn, typed: Posted, name: str) -> Response:
    """Cancels no more posts than the page had said it would."""
    visit.require(Verb.CONNECT)
    account, told = _own(visit, name), typed.whole("waiting")
    with typed.told(), visit.writing() as session:
        if len(connecting.waiting_on(session, account.id)) > told:
            typed.wrong("", visit._("Meanwhile more posts were planned on it; please look again."))
        else:
            connecting.remove(
                session, name, visit.name, cancel_posts=True, organisation_id=visit.organisation_id
            )
    if not typed.good:
        return _confirm(visit, name, typed, 409)
    return visit.go("/accounts", visit._("%(name)s is removed, and its keys are forgotten.", name=name))


def _connect(visit: Visit, typed: Typed, platform: str, name: str, account: Account | None) -> Response:
    form = form_of(platform)
    for field in form.fields:
        if not typed.text(field.name):
            typed.wrong(field.name, visit._("Please fill this in."))
    talk = FormTalk(typed, _given(visit, form, account), guarded=not visit.settings.private_servers_allowed)
    connection = lead(platform, talk, typed) if typed.good else None
    if connection:
        with typed.told(), visit.writing() as session:
            connecting.store_connection(
                session,
                visit.request.app.state.vault,
                connection,
                platform=platform,
                name=name,
                person=visit.name,
                organisation_id=visit.organisation_id,
            )
    if not typed.good:
        return _form(visit, platform, typed, account, 422)
    said = visit._("%(name)s is connected as %(handle)s.", name=name, handle=connection.handle)  # type: ignore[union-attr]  # good: it is there
    return visit.go("/accounts", Flash(" ".join([said, *talk.told]), Tone.NOTE) if talk.told else said)


def _given(visit: Visit, form: Form, account: Account | None) -> dict[str, str]:
    """What nobody types: where the form asks for no server, the one that the account has (an operator may
    have chosen it on the command line) stays."""
    if form.rehearses:
        return {"server": visit.settings.practice_server}
    asks = any(field.name == "server" for field in form.fields)
    return {"server": account.server} if account and not asks else {}


def _own(visit: Visit, name: str) -> Account:
    with visit.reading() as session:
        account = connecting.find(session, name, visit.organisation_id)
    if account is None or account.state == AccountState.REMOVED:
        raise Missing(visit._("There is no account of that name; it may have been removed."))
    return account


def _known_platform(visit: Visit, platform: str) -> None:
    if platform not in PLATFORMS:
        raise Missing(visit._("There is no such platform; choose one from the list."))


def _form(
    visit: Visit, platform: str, typed: Typed, account: Account | None = None, status: int = 200
) -> Response:
    again = bool(typed.errors) and any(typed.raw(name) for name in SECRETS)
    return visit.page(
        "accounts_connect.html.j2",
        status,
        typed=typed,
        account=account,
        label=rules_of(platform).label,
        platform=platform,
        form=form_of(platform),
        secrets_again=again,
    )


def _confirm(visit: Visit, name: str, typed: Typed, status: int = 200) -> Response:
    account = _own(visit, name)
    with visit.reading() as session:
        waiting = len(connecting.waiting_on(session, account.id))
    return visit.page("accounts_remove.html.j2", status, account=account, waiting=waiting, typed=typed)
