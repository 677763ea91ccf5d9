"""One-time links: from `beacon up`, `beacon demo` and `beacon person link`."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from campaigns.core.errors import Missing
from campaigns.core.zones import zone_names
from campaigns.people import links
from campaigns.web.base.forms import Posted
from campaigns.web.base.visit import Anybody
from campaigns.web.signing_in import let_in

router = APIRouter()


@router.get("/link/{token}")
def page(visit: Anybody, token: str) -> Response:
    """Uses nothing up: a chat program that looks at links before people do must not burn them."""
    if visit.person:
        return visit.go("/")
    with visit.reading() as session:
        person = links.look(session, token, visit.now)
    if person is None:
        return visit.go(f"/welcome/{token}")
    return visit.page("link.html.j2", whose=person, token=token)


@router.post("/link/{token}")
def use(visit: Anybody, typed: Posted, token: str) -> Response:
    """Who has chosen no zone yet gets the browser's, if it told one."""
    with visit.writing() as session:
        person = links.use(session, token, visit.now)
        if person and not person.timezone and typed.text("timezone") in zone_names():
            person.timezone = typed.text("timezone")
            session.add(person)
    if person is None:
        raise Missing(links.GONE)
    return let_in(visit, person, "/" if person.password else "/me#password")
