"""An install that somebody has used for a while: what pages look like with something on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlmodel import col, select

from campaigns.core.db import read_session, write_session
from campaigns.core.moments import utc_now
from campaigns.deliver import people
from campaigns.models import Account, AccountState, Delivery, Media, Person, PostMedia, Process, State
from campaigns.models.defaults import default_organisation
from campaigns.plan.library import arriving
from campaigns.plan.loading.load import load
from campaigns.plan.reading import read_campaign
from campaigns.plan.sample import SAMPLE, load_sample
from tests.factories.cast import make_account

if TYPE_CHECKING:
    from sqlmodel import Session

    from tests.support.browser import Site

HOUSE = Path(__file__).parents[2]
EXAMPLE = HOUSE / "examples" / "wmhd-2027" / "campaign.yaml"
SENT = 5
SHOWN = "Warm fairy lights behind a rainy window"


@dataclass(frozen=True)
class Furnished:
    """Names by which addresses of single things are made."""

    slug: str
    delivery_id: int  # one that needs a person
    post_id: int
    media_id: int
    digest: str
    account: str


def furnish(site: Site) -> Furnished:
    """Alice owns it; the sample campaign is going out, another is planned, and some things went wrong."""
    alice, account = site.person(), site.stage.account()
    with write_session(site.database) as session:
        slug = _campaigns(session, site, alice)
        _further_accounts(session)
    with write_session(site.database) as session:
        first = session.exec(select(Delivery.id).order_by(col(Delivery.due_utc)).limit(SENT)).all()
        for delivery_id in first:
            people.post_now(session, delivery_id, "Alice")
    site.until(lambda: _sent(site) >= SENT, 60)
    asks = _trouble(site, account)
    _everything_runs(site)
    kept = _unused_image(site, alice)
    with read_session(site.database) as session:
        carried = session.exec(select(PostMedia)).first()
        assert carried
    return Furnished(slug, asks.id, carried.post_id, kept.id, kept.sha256, account.name)


def _campaigns(session: Session, site: Site, alice: Person) -> str:
    how: dict[str, Any] = {"person": "Alice", "media_dir": site.settings.media_dir}
    slug = load_sample(session, alice.organisation_id, utc_now(), zone="Europe/London", **how)
    load(session, alice.organisation_id, read_campaign(EXAMPLE), utc_now(), **how)
    return slug


def _further_accounts(session: Session) -> None:
    organisation = default_organisation(session)
    lost: dict[str, Any] = {
        "state": AccountState.RECONNECT,
        "state_reason": "Mastodon no longer takes its key.",
    }
    make_account(session, organisation, "mastodon", "harbour", handle="@harbour@mastodon.example", **lost)
    make_account(session, organisation, "bluesky", "harbour-sky", handle="harbour.example", paused=True)


def _trouble(site: Site, account: Account) -> Delivery:
    """One of each that a person must settle; returns the one that nobody knows of."""
    early = datetime.now(UTC) - timedelta(hours=2)
    said = (
        ("The helpline is open all night. You do not have to be at the end of your rope to call.",
         State.NEEDS_PERSON, "The answer was lost, and the feed cannot be read: look whether it is out."),
        ("Tonight at seven: tea, biscuits, and nobody has to talk.", State.HELD,
         "It is 2 hours late; its late rule holds it for you."),
        ("Find a group near you: https://harbour.example/groups", State.FAILED,
         "The platform refused it: the text is longer than it takes."),
    )  # fmt: skip
    made = [
        site.stage.plan(account, text, due=early, state=state, reason=reason) for text, state, reason in said
    ]
    site.stage.plan(
        account, "1. How are you, really?", "2. And then wait.", due=early, state=State.PARTLY_OUT, cursor=1,
        reason="The second part was refused.",
    )  # fmt: skip
    return made[0]


def _unused_image(site: Site, alice: Person) -> Media:
    lights = SAMPLE.parent / "images" / "lights.jpg"
    with lights.open("rb") as stream:
        arrived = arriving.take_in(stream, "rain-and-lights.jpg", site.settings.media_dir)
    with write_session(site.database) as session:
        kept, _ = arriving.write_down(session, alice.organisation_id, arrived, SHOWN, utc_now())
    return kept


def _everything_runs(site: Site) -> None:
    """The engine of a test signs no book: it is written for it, for as long as anybody looks."""
    later = utc_now() + timedelta(hours=1)
    with write_session(site.database) as session:
        for kind in ("clock", "worker"):
            who: dict[str, Any] = {"id": f"{kind}-1", "kind": kind, "host": "harbour", "pid": 1}
            session.add(Process(**who, started_utc=utc_now(), seen_utc=later))


def _sent(site: Site) -> int:
    with read_session(site.database) as session:
        return len(session.exec(select(Delivery.id).where(Delivery.state == State.PUBLISHED)).all())
