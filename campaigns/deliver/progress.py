"""How far one campaign is: by state and by platform, and its deliveries page by page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlmodel import col
from sqlmodel import select as select_model

from campaigns.core.errors import Missing
from campaigns.deliver.overview import DeliveryRow, listed
from campaigns.deliver.pause import InFlight, Scope, in_flight
from campaigns.models import ACTIVE, ASKING, WAITING, Campaign, PauseMode, State
from campaigns.models.tables import account, delivery, post

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

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


def own_campaign(session: Session, organisation_id: int, slug: str) -> Campaign:
    """Raises `Missing` when the organisation has none of that slug, whoever else has."""
    found = session.exec(
        select_model(Campaign).where(
            col(Campaign.organisation_id) == organisation_id,
            col(Campaign.slug) == slug,
            col(Campaign.removed_utc).is_(None),
        )
    ).first()
    if found is None:
        raise Missing("There is no campaign under that address; it may have been removed.")
    return found


def progress(session: Session, campaign: Campaign) -> Progress:
    counted = session.execute(
        select(
            account.c.platform,
            delivery.c.state,
            func.count().label("posts"),
            func.min(delivery.c.due_utc).label("first"),
        )
        .join(account, account.c.id == delivery.c.account_id)
        .where(delivery.c.campaign_id == campaign.id)
        .group_by(account.c.platform, delivery.c.state)
        .order_by(account.c.platform)
    ).all()
    states: dict[str, int] = {}
    platforms: dict[str, Tally] = {}
    for platform, state, posts, _first in counted:
        states[state] = states.get(state, 0) + posts
        platforms.setdefault(platform, Tally()).add(state, posts)
    for platform, gone in campaign.archived.items():
        for state, posts in gone.items():
            states[state] = states.get(state, 0) + posts
            platforms.setdefault(platform, Tally()).add(state, posts)
    return Progress(
        {state: states[state] for state in State if state in states},
        platforms,
        min((row.first for row in counted if row.state in WAITING), default=None),
        in_flight(session, _scope(campaign)) if campaign.paused else [],
    )


def by_language(session: Session, campaign: Campaign) -> dict[str, Tally]:
    """By language tag, the main one first; under "" what says none."""
    main = next(iter(campaign.languages), "")
    counted = session.execute(
        select(post.c.language, delivery.c.state, func.count())
        .join(post, post.c.id == delivery.c.post_id)
        .where(delivery.c.campaign_id == campaign.id)
        .group_by(post.c.language, delivery.c.state)
    )
    found: dict[str, Tally] = {}
    for language, state, posts in counted:
        found.setdefault(language or main, Tally()).add(state, posts)
    return dict(sorted(found.items(), key=lambda one: (one[0] != main, one[0])))


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
