"""What is one's own: name, language, zone, theme, password, and where one is signed in."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from campaigns.models import Person, Theme
from campaigns.people import logins, roster
from campaigns.people.passwords import hash_password, matches
from campaigns.people.tokens import hashed
from campaigns.web.base import cookies
from campaigns.web.base.forms import Posted, Typed
from campaigns.web.base.languages import LOCALES
from campaigns.web.base.visit import SignedIn, Visit
from campaigns.web.base.zonelist import zone_groups

router = APIRouter()


@router.get("/me")
def page(visit: SignedIn) -> Response:
    return _page(visit, _mine(visit.me))


@router.post("/me")
def save(visit: SignedIn, typed: Posted) -> Response:
    with typed.told("name"):
        roster.proper_name(typed.text("name"))
    with typed.told("timezone"):
        roster.proper_zone(typed.text("timezone"))
    if typed.text("language") not in {"", *LOCALES}:
        typed.wrong("language", visit._("Choose one of the languages in the list."))
    if typed.text("theme") not in set(Theme):
        typed.wrong("theme", visit._("Choose one of the three."))
    if not typed.good:
        return _page(visit, typed, 422)
    with visit.writing() as session:
        person = visit.own(session, Person, visit.me.id)
        person.name = roster.proper_name(typed.text("name"))
        person.timezone, person.language = typed.text("timezone"), typed.text("language")
        person.theme = Theme(typed.text("theme"))
        session.add(person)
    now = Visit(visit.request, visit.now, person, None)  # speaks the language just chosen
    return visit.go("/me", now._("Saved."))


@router.post("/me/password")
def change_password(visit: SignedIn, typed: Posted) -> Response:
    """Who came by a one-time link and has no password yet need not name the old one."""
    if visit.me.password and not matches(typed.raw("password"), visit.me.password):
        typed.wrong("password", visit._("This is not your present password."))
    with typed.told("new_password"):
        new = hash_password(typed.raw("new_password"))
    if typed.good:
        with visit.writing() as session:
            person = visit.own(session, Person, visit.me.id)
            here = cookies.read(visit.request, cookies.LOGIN)
            roster.change_password(session, person, new, visit.now, keep=here)
        return visit.go("/me", visit._("Your password is changed, and every other browser is signed out."))
    return _page(visit, Typed({**_mine(visit.me).fields, **typed.fields}), 422, typed.errors)


@router.post("/me/sign-out-others")
def sign_out_others(visit: SignedIn, _typed: Posted) -> Response:
    with visit.writing() as session:
        ended = logins.end_all(session, visit.me.id, but=cookies.read(visit.request, cookies.LOGIN))
    return visit.go("/me", visit.ngettext(
        "%(n)s other browser is signed out.", "%(n)s other browsers are signed out.", ended
    ))  # fmt: skip


def _mine(person: Person) -> Typed:
    return Typed.of(
        name=person.name, timezone=person.timezone, language=person.language, theme=str(person.theme)
    )


def _page(visit: Visit, typed: Typed, status: int = 200, errors: dict[str, str] | None = None) -> Response:
    typed.errors |= errors or {}
    with visit.reading() as session:
        browsers = logins.of(session, visit.me.id, visit.now)
    here = hashed(cookies.read(visit.request, cookies.LOGIN))
    return visit.page(
        "me.html.j2", status, typed=typed, browsers=browsers, here=here, zones=zone_groups(visit.zone)
    )
