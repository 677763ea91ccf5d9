"""The sample campaign that a newcomer looks at: `beacon demo` presses it into seconds, and the first run
begins it in a minute, in the newcomer's own zone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from campaigns.core.errors import Misuse, Unusable
from campaigns.core.findings import Level
from campaigns.models import Account, AccountState, Campaign
from campaigns.plan.loading.load import load
from campaigns.plan.reading import read_campaign

if TYPE_CHECKING:
    from sqlmodel import Session

    from campaigns.plan.reading import Read
    from campaigns.plan.spec import CampaignSpec

SAMPLE = Path(__file__).with_name("campaign.yaml")
PRACTICE = "practice"
LEAD = timedelta(minutes=1)  # until the first post
APART = timedelta(minutes=2)  # between the first few, so that a newcomer sees some go out
SOON = 3  # posts; the others keep their days


def read_sample() -> Read:
    """Raises `Unusable` when the installation lacks parts of it."""
    read = read_campaign(SAMPLE)
    if read.spec is None:
        raise Unusable("The sample campaign of this installation is damaged: install Beacon again.")
    return read


def load_sample(
    session: Session, organisation_id: int, now: datetime, *, zone: str, person: str, media_dir: Path
) -> str:
    """Plans it from now on and returns its slug; every time under another one.

    Raises `Misuse` when there is no practice account: nothing of it may go out in public.
    """
    practice = session.exec(
        select(Account.name).where(
            Account.organisation_id == organisation_id,
            Account.platform == PRACTICE,
            Account.state == AccountState.READY,
        )
    ).first()
    if practice is None:
        raise Misuse("The sample needs a practice account: connect one first; it takes no key.")
    read = read_sample()
    assert read.spec  # noqa: S101 - read_sample raises otherwise
    slug = _free_slug(session, organisation_id, read.spec.slug)
    spec = replace(_from_now(read.spec, now, zone), slug=slug, accounts=(practice,))
    loaded = load(session, organisation_id, replace(read, spec=spec), now, person=person, media_dir=media_dir)
    for finding in loaded.findings:
        if finding.level is Level.PROBLEM:
            raise Unusable(str(finding))
    return slug


def _from_now(spec: CampaignSpec, now: datetime, zone: str) -> CampaignSpec:
    """The first few within minutes, the others on their days, at their times, in this zone."""
    begin = (now.astimezone(ZoneInfo(zone)) + LEAD).replace(tzinfo=None)
    shift = begin.date() - spec.starts
    return replace(
        spec,
        timezone=zone,
        starts=begin.date(),
        ends=spec.ends + shift + timedelta(days=1),
        posts=tuple(
            replace(
                post, at=begin + place * APART if place < SOON else (post.at or begin) + shift, timezone=None
            )
            for place, post in enumerate(spec.posts)
        ),
    )


def _free_slug(session: Session, organisation_id: int, slug: str) -> str:
    taken = set(
        session.exec(
            select(Campaign.slug).where(
                Campaign.organisation_id == organisation_id, col(Campaign.slug).startswith(slug)
            )
        ).all()
    )
    return next(
        name for name in (slug, *(f"{slug}-{n}" for n in range(2, len(taken) + 3))) if name not in taken
    )
