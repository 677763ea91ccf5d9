"""How far one campaign is: by state and by platform, and its deliveries page by page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlmodel import col
from sqlmodel import select as select_model

from campaigns.core.errors import Missing
from campaigns.deliver.overview import DeliveryRow, listed
from campaigns.deliver.pause import InFlight, Scope, in_flight
from campaigns.models import ACTIVE, ASKING, WAITING, Campaign, PauseMode, State
from campaigns.models.tables import account, delivery, post

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlmodel import Session


PAGE = 50
"""Deliveries on one page of a campaign."""


@dataclass(slots=True)
class Tally:
    """Deliveries by what a reader asks for."""

    out: int = 0
    coming: int = 0
    asking: int = 0  # for a person
    cancelled: int = 0

    @property
    def total(self) -> int:
        return self.out + self.coming + self.asking + self.cancelled

    def add(self, state: str, posts: int) -> None:
        if state == State.PUBLISHED:
            self.out += posts
        elif state in ACTIVE:
            self.coming += posts
        elif state in ASKING:
            self.asking += posts
        else:
            self.cancelled += posts

    def less(self, parts: Iterable[Tally]) -> Tally:
        """What remains of it without these."""
        rest = replace(self)
        for part in parts:
            rest.out -= part.out
            rest.coming -= part.coming
            rest.asking -= part.asking
            rest.cancelled -= part.cancelled
        return rest


def tally(states: Mapping[str, int]) -> Tally:
    """Of a count by state."""
    made = Tally()
    for state, posts in states.items():
        made.add(state, posts)
    return made


@dataclass(frozen=True, slots=True)
class Progress:
    """A campaign's counts at one moment."""

    states: Mapping[str, int]  # in the order of `State`; only those that occur
    platforms: Mapping[str, Tally]  # by platform key
    next_due: datetime | None  # of what waits
    in_flight: list[InFlight]  # what its pause still waits for; empty while it is not paused

    @property
    def all(self) -> Tally:
        return tally(self.states)


def find_campaign(session: Session, organisation_id: int, slug: str) -> Campaign | None:
    return session.exec(
        select_model(Campaign).where(
            col(Campaign.organisation_id) == organisation_id,
            col(Campaign.slug) == slug,
            col(Campaign.removed_utc).is_(None),
        )
    ).first()


def own_campaign(session: Session, organisation_id: int, slug: str) -> Campaign:
    """Raises `Missing` when the organisation has none of that slug, whoever else has."""
    found = find_campaign(session, organisation_id, slug)
    if found is None:
        raise Missing("There is no campaign under that address; it may have been removed.")
    return found


def progress(session: Session, campaign: Campaign) -> Progress:
    there = select(account.c.platform).where(account.c.organisation_id == campaign.organisation_id).distinct()
    known = sorted(session.execute(there).scalars())
    states: dict[str, int] = {}
    platforms: dict[str, Tally] = {}
    first_due: list[datetime] = []
    for state, first, *counted in session.execute(_counted(campaign, known)):
        states[state] = sum(counted)
        for platform, posts in zip(known, counted, strict=True):
            if posts:
                platforms.setdefault(platform, Tally()).add(state, posts)
        if state in WAITING:
            first_due.append(first)
    for platform, gone in campaign.archived.items():
        for state, posts in gone.items():
            states[state] = states.get(state, 0) + posts
            platforms.setdefault(platform, Tally()).add(state, posts)
    return Progress(
        {state: states[state] for state in State if state in states},
        {platform: platforms[platform] for platform in sorted(platforms)},
        min(first_due, default=None),
        in_flight(session, _scope(campaign)) if campaign.paused else [],
    )


def by_language(session: Session, campaign: Campaign, in_all: Tally) -> dict[str, Tally]:
    """By language tag, the main one first; under "" what says none. Of all that its progress counts only what
    was not archived, since nobody knows any more in which language that was."""
    main = next(iter(campaign.languages), "")
    found: dict[str, Tally] = {}
    named = select(post.c.id).where(post.c.campaign_id == campaign.id, post.c.language != main)
    if session.execute(named.limit(1)).first():  # most campaigns have none, and to count them reads all
        for language, state, posts in session.execute(_in_other_languages(campaign, main)):
            found.setdefault(language, Tally()).add(state, posts)
    archived = [tally(gone) for gone in campaign.archived.values()]
    rest = in_all.less([*found.values(), *archived])
    if rest.total:
        found[main] = rest
    return dict(sorted(found.items(), key=lambda one: (one[0] != main, one[0])))


def _counted(campaign: Campaign, platforms: Sequence[str]) -> Select[Any]:
    """A row for each state: the first that is due there, and how many go to each platform."""
    there = [
        func.count().filter(delivery.c.account_id.in_(select(account.c.id).where(account.c.platform == one)))
        for one in platforms
    ]
    return (
        select(delivery.c.state, func.min(delivery.c.due_utc), *there)
        .where(delivery.c.campaign_id == campaign.id)
        .group_by(delivery.c.state)
    )


def _in_other_languages(campaign: Campaign, main: str) -> Select[Any]:
    """Only of posts that name another language than the main one."""
    return (
        select(post.c.language, delivery.c.state, func.count())
        .join(delivery, (delivery.c.post_id == post.c.id) & (delivery.c.campaign_id == post.c.campaign_id))
        .where(post.c.campaign_id == campaign.id, post.c.language != main)
        .group_by(post.c.language, delivery.c.state)
    )


def deliveries_of(
    session: Session, campaign: Campaign, *, state: State | None = None, page: int = 1
) -> list[DeliveryRow]:
    """One page of them by due time, `page` from 1; empty beyond the last."""
    wanted = select(delivery.c.id).where(delivery.c.campaign_id == campaign.id)
    if state:
        wanted = wanted.where(delivery.c.state == state)
    ids = session.execute(
        wanted.order_by(delivery.c.due_utc, delivery.c.id).limit(PAGE).offset((page - 1) * PAGE)
    ).scalars()
    return listed(session, ids=list(ids), limit=PAGE)


def _scope(campaign: Campaign) -> Scope:
    mode = PauseMode.CRISIS if campaign.pause_spares_essential else PauseMode.FULL
    return Scope(campaign.slug, mode=mode, organisation_id=campaign.organisation_id)
