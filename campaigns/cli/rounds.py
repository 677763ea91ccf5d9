"""A round of the sample: its two weeks pressed into seconds, from now on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlmodel import col, func, select

from campaigns.cli.install import open_install
from campaigns.cli.practising import follow_practice_server
from campaigns.cli.setting_up import set_up
from campaigns.core.errors import Unusable
from campaigns.core.findings import Level
from campaigns.core.moments import utc_now
from campaigns.models import ACTIVE, WAITING, Campaign, Delivery, Role, State
from campaigns.models.defaults import default_organisation
from campaigns.people import links, roster
from campaigns.people.passwords import hash_password
from campaigns.people.tokens import new_token
from campaigns.plan.loading.load import load
from campaigns.plan.sample import read_sample

if TYPE_CHECKING:
    from sqlmodel import Session

    from campaigns.models import Person
    from campaigns.plan.reading import Read
    from campaigns.plan.spec import CampaignSpec
    from config.settings import Settings

LEAD = timedelta(seconds=6)  # until the parts are up
APART = timedelta(seconds=1.4)  # between two posts: all of them within 20 s
PERSON = "demo"


def begin_or_go_on(settings: Settings) -> dict[str, Any]:
    """Loads the next round, or lets the one that was stopped in the middle go on where it was.

    Tells `round` (from 1), the `total` of posts in it, how many others were out `before`, and the `link`
    that signs a browser in. Needs an install whose parts are not running.
    """
    set_up(settings, PERSON)
    follow_practice_server(settings)
    with open_install(settings) as install, install.writing() as session:
        rounds = session.exec(select(Campaign.id).where(col(Campaign.slug).like(_slug("%")))).all()
        fresh = not rounds or not _go_on(session, max(rounds))
        number = len(rounds) + 1 if fresh else len(rounds)
        if fresh:
            _load(session, _read(number, utc_now() + LEAD), settings)
        current = session.exec(select(func.max(Campaign.id)).where(Campaign.slug == _slug(number))).one()
        mine = col(Delivery.campaign_id) == current
        out = col(Delivery.state) == State.PUBLISHED
        count = select(func.count()).select_from(Delivery)
        return {
            "round": number,
            "fresh": fresh,
            "total": session.exec(count.where(mine)).one(),
            "before": session.exec(count.where(~mine, out)).one(),
            "link": settings.link(links.make(session, _visitor(session), utc_now())),
        }


def _visitor(session: Session) -> Person:
    """Who looks at the demo's pages: its owner, with a password that nobody knows: the link lets in."""
    return roster.find(session, PERSON) or roster.add(
        session,
        default_organisation(session).id,
        name="You",
        sign_in=PERSON,
        role=Role.OWNER,
        now=utc_now(),
        by=PERSON,
        password=hash_password(new_token()),
    )


def _go_on(session: Session, campaign_id: int) -> bool:
    """Whether the round is still under way; the demo's calendar stood still while it was stopped."""
    mine = Delivery.campaign_id == campaign_id
    if not session.exec(select(Delivery.id).where(mine, col(Delivery.state).in_(ACTIVE))).first():
        return False
    waiting = select(Delivery).where(mine, col(Delivery.state).in_(WAITING)).order_by(col(Delivery.due_utc))
    rows = session.exec(waiting).all()
    shift = max(timedelta(0), utc_now() + LEAD - rows[0].due_utc) if rows else timedelta(0)
    for row in rows:
        row.due_utc += shift
        row.wake_utc = row.due_utc
        row.version += 1
        session.add(row)
    return True


def _read(number: int, begins: datetime) -> Read:
    read = read_sample()
    assert read.spec  # noqa: S101 - read_sample raises otherwise
    return replace(read, spec=_pressed(read.spec, number, begins.astimezone(UTC)))


def _pressed(spec: CampaignSpec, number: int, begins: datetime) -> CampaignSpec:
    wall = begins.replace(tzinfo=None)
    return replace(
        spec,
        title=f"{spec.title}, round {number}",
        slug=_slug(number),
        timezone="UTC",
        starts=wall.date(),
        ends=wall.date() + timedelta(days=1),
        posts=tuple(
            replace(post, at=wall + place * APART, timezone=None) for place, post in enumerate(spec.posts)
        ),
    )


def _slug(number: int | str) -> str:
    return f"one-conversation-{number}"


def _load(session: Session, read: Read, settings: Settings) -> None:
    organisation = default_organisation(session).id
    loaded = load(
        session, organisation, read, utc_now(), person=PERSON, media_dir=settings.media_dir
    )  # fmt: skip
    for finding in loaded.findings:
        if finding.level is Level.PROBLEM:
            raise Unusable(str(finding))
