"""Signing in and out."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.responses import Response

from campaigns.core.errors import Unusable
from campaigns.people import links, logins, roster
from campaigns.people.passwords import matches
from campaigns.web.base import cookies
from campaigns.web.base.flash import local_path
from campaigns.web.base.forms import Posted, Typed
from campaigns.web.base.visit import Anybody, Visit

if TYPE_CHECKING:
    from campaigns.models import Person
    from campaigns.people.throttle import Throttle

router = APIRouter()


@router.get("/sign-in")
def page(visit: Anybody, next: str = "/") -> Response:  # noqa: A002 - the query's name
    if visit.person:
        return visit.go(next)
    with visit.reading() as session:
        template = "sign_in.html.j2" if links.anybody(session) else "nobody_yet.html.j2"
    return visit.page(template, typed=Typed.of(next=next))


@router.post("/sign-in")
def sign_in(visit: Anybody, typed: Posted) -> Response:
    """One sentence for a wrong name and a wrong password, and the same time: neither tells who is here."""
    name = roster.canonical(typed.text("sign_in"))[: roster.SIGN_IN_LENGTH]
    throttle: Throttle = visit.request.app.state.throttle
    place = _place(visit, name)
    if wait := throttle.enter(place, name, time.monotonic()):
        seconds = int(wait) + 1
        typed.wrong("", visit.ngettext(
            "Too many tries: wait %(n)s second, then try again.",
            "Too many tries: wait %(n)s seconds, then try again.", seconds,
        ))  # fmt: skip
        return visit.page("sign_in.html.j2", 429, typed=typed)
    with visit.reading() as session:
        person = roster.find(session, name)
    if not matches(typed.raw("password"), person.password if person else "") or person is None:
        typed.wrong(
            "", visit._("This name and password do not belong together; mind capitals, and try again.")
        )
        return visit.page("sign_in.html.j2", 422, typed=typed)
    throttle.succeeded(place, name)
    return let_in(visit, person, typed.text("next"))


@router.post("/sign-out")
def sign_out(visit: Anybody, _typed: Posted) -> Response:
    with visit.writing() as session:
        logins.end(session, cookies.read(visit.request, cookies.LOGIN))
    answer = visit.go("/sign-in", visit._("You are signed out."))
    cookies.drop(answer, visit.settings, cookies.LOGIN)
    return answer


def let_in(visit: Visit, person: Person, path: str, flash: str = "") -> Response:
    """Signs this browser in, under a new token, and leads to a page."""
    with visit.writing() as session:
        token = logins.sign_in(
            session,
            person,
            visit.request.headers.get("user-agent", ""),
            visit.now,
            instead_of=cookies.read(visit.request, cookies.LOGIN),
        )
    answer = visit.go(path if local_path(path) else "/", flash)
    cookies.put(answer, visit.settings, cookies.LOGIN, token, int(logins.IDLE.total_seconds()))
    known = visit.request.app.state.vault.seal({"known": person.sign_in})
    cookies.put(answer, visit.settings, cookies.KNOWN, known, cookies.YEAR)
    return answer


def _place(visit: Visit, name: str) -> str:
    """A browser that was signed in under this name before counts by itself, wherever it is."""
    sealed = cookies.read(visit.request, cookies.KNOWN)
    if sealed:
        try:
            if visit.request.app.state.vault.open(sealed).get("known") == name:
                return f"known {name}"
        except (Unusable, ValueError):
            pass
    client = visit.request.client
    return client.host if client else ""
