"""First run: the owner's account and zone, then something to look at, in under two minutes."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from campaigns.core.errors import Missing
from campaigns.models import Role
from campaigns.models.defaults import default_organisation
from campaigns.people import links, roster
from campaigns.people.passwords import hash_password
from campaigns.people.permissions import Verb
from campaigns.web.base.flash import Flash
from campaigns.web.base.forms import Posted, Typed
from campaigns.web.base.visit import Anybody, SignedIn
from campaigns.web.base.zonelist import zone_groups
from campaigns.web.signing_in import let_in

router = APIRouter()


@router.get("/welcome/{token}")
def page(visit: Anybody, token: str) -> Response:
    with visit.reading() as session:
        if links.look(session, token, visit.now) is not None:
            raise Missing(links.GONE)
    typed = Typed.of(timezone=visit.settings.timezone)
    return visit.page("welcome.html.j2", typed=typed, token=token, zones=zone_groups(visit.settings.timezone))


@router.post("/welcome/{token}")
def make_owner(visit: Anybody, typed: Posted, token: str) -> Response:
    zone = typed.text("timezone")
    with visit.reading() as session:
        links.look(session, token, visit.now)
    with typed.told("name"):
        roster.proper_name(typed.text("name"))
    with typed.told("password"):
        password = hash_password(typed.raw("password"))
    with typed.told("timezone"):
        roster.proper_zone(zone)
    if typed.good:
        with typed.told("sign_in"), visit.writing() as session:
            links.use(session, token, visit.now)
            person = roster.add(
                session,
                default_organisation(session).id,
                name=typed.text("name"),
                sign_in=typed.text("sign_in"),
                role=Role.OWNER,
                now=visit.now,
                by=typed.text("name"),
                password=password,
                timezone=zone,
            )
    if typed.good:
        return let_in(visit, person, "/begin")
    return visit.page("welcome.html.j2", 422, typed=typed, token=token, zones=zone_groups(zone))


@router.get("/begin")
def choose(visit: SignedIn) -> Response:
    """What to begin with."""
    return visit.page("begin.html.j2")


@router.post("/begin/sample")
def sample(visit: SignedIn, _typed: Posted) -> Response:
    """The sample campaign on the practice account: its first post goes out within two minutes."""
    visit.require(Verb.WRITE)
    # Only here: whoever looks at other pages need not hold all of planning in memory.
    from campaigns.plan.sample import load_sample  # noqa: PLC0415

    with visit.writing() as session:
        loaded = load_sample(
            session,
            visit.organisation_id,
            visit.now,
            zone=visit.zone,
            person=visit.name,
            media_dir=visit.settings.media_dir,
        )
    said = visit._(
        "The sample campaign is loaded. Its first post goes out in a minute; nothing leaves this machine."
    )
    return visit.go("/", Flash(said, href=f"/campaigns/{loaded}", label=visit._("Look at it")))
