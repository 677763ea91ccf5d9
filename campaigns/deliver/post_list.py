"""A campaign's posts as a person looks for them: by words, state, language and account; page by page."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select

from campaigns.models import EDITABLE, WAITING, State
from campaigns.models.tables import account, delivery, post, post_media

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlmodel import Session

    from campaigns.models import Campaign

PAGE = 50
"""Posts on one page."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What narrows the list; what is empty narrows nothing."""

    words: str = ""
    state: State | None = None
    language: str = ""
    account: str = ""


@dataclass(slots=True)
class PostRow:
    id: int
    text: str
    parts: int  # of a thread, the first included
    images: int
    language: str
    at: str | None  # local wall time, YYYY-MM-DD HH:MM
    zone: str
    recurs: bool
    accounts: list[str] = field(default_factory=list)
    states: dict[str, int] = field(default_factory=dict)  # its deliveries, by state
    next_due: datetime | None = None  # of what waits
    first_due: datetime | None = None

    @property
    def queued(self) -> bool:
        return self.at is None and not self.recurs

    @property
    def may_change(self) -> bool:
        """Whether anything of it has still to go out."""
        return not self.states or any(state in EDITABLE for state in self.states)


@dataclass(frozen=True, slots=True)
class Found:
    rows: list[PostRow]
    total: int  # on all pages


def find_posts(session: Session, campaign: Campaign, sought: Sought, page: int = 1) -> Found:
    """One page of them by the time they first go out, `page` from 1; empty beyond the last."""
    wanted = _wanted(campaign, sought)
    total = session.execute(select(func.count()).select_from(wanted.subquery())).scalar_one()
    ids = session.execute(_in_order(campaign, wanted).limit(PAGE).offset((page - 1) * PAGE)).scalars().all()
    return Found(posts_of(session, campaign, ids), total)


def all_ids(session: Session, campaign: Campaign, sought: Sought, most: int) -> list[int]:
    """The ids of all that are sought, in the same order; of more than `most` the first ones."""
    return list(session.execute(_in_order(campaign, _wanted(campaign, sought)).limit(most)).scalars())


def posts_of(session: Session, campaign: Campaign, ids: Sequence[int]) -> list[PostRow]:
    """These posts of the campaign, in this order; others are left out."""
    main = next(iter(campaign.languages), "")
    images = select(func.count()).where(post_media.c.post_id == post.c.id).scalar_subquery().label("images")
    columns = post.c["id", "text", "thread", "language", "at", "timezone", "every"]
    found = session.execute(
        select(*columns, images).where(post.c.id.in_(ids), post.c.campaign_id == campaign.id)
    )
    rows = {
        row.id: PostRow(
            id=row.id,
            text=row.text,
            parts=1 + len(row.thread),
            images=row.images,
            language=row.language or main,
            at=row.at,
            zone=row.timezone or campaign.timezone,
            recurs=row.every is not None,
        )
        for row in found
    }
    _add_deliveries(session, rows)
    return [rows[number] for number in ids if number in rows]


def languages_of(session: Session, campaign: Campaign) -> list[str]:
    """Those that its posts are written in."""
    own = session.execute(
        select(post.c.language)
        .distinct()
        .where(post.c.campaign_id == campaign.id, post.c.removed_utc.is_(None))
    ).scalars()
    main = campaign.languages[:1]
    return sorted({language for language in (*own, *main) if language})


def accounts_of(session: Session, campaign: Campaign) -> list[str]:
    """Those that anything of it goes out on, by name."""
    used = select(delivery.c.account_id).distinct().where(delivery.c.campaign_id == campaign.id)
    return list(
        session.execute(
            select(account.c.name).where(account.c.id.in_(used)).order_by(account.c.name)
        ).scalars()
    )


def _wanted(campaign: Campaign, sought: Sought) -> Select[tuple[int]]:
    wanted = select(post.c.id).where(post.c.campaign_id == campaign.id, post.c.removed_utc.is_(None))
    if sought.words:
        wanted = wanted.where(post.c.text.icontains(sought.words, autoescape=True))
    if sought.language:
        same = post.c.language == sought.language
        unsaid = post.c.language.is_(None) if campaign.languages[:1] == [sought.language] else None
        wanted = wanted.where(same if unsaid is None else or_(same, unsaid))
    if sought.state:
        standing = delivery.c.state == sought.state
        wanted = wanted.where(post.c.id.in_(_planned(campaign).where(standing)))
    if sought.account:
        named = select(account.c.id).where(
            account.c.organisation_id == campaign.organisation_id, account.c.name == sought.account
        )
        wanted = wanted.where(post.c.id.in_(_planned(campaign).where(delivery.c.account_id.in_(named))))
    return wanted


def _planned(campaign: Campaign) -> Select[tuple[int]]:
    """The posts of the campaign's deliveries: all of them at once, since asking post by post costs a look at
    each delivery, and one look at an index answers for thousands."""
    return select(delivery.c.post_id).where(delivery.c.campaign_id == campaign.id)


def _in_order(campaign: Campaign, wanted: Select[tuple[int]]) -> Select[tuple[int]]:
    first = (
        _planned(campaign)
        .add_columns(func.min(delivery.c.due_utc).label("due"))
        .group_by(delivery.c.post_id)
        .subquery()
    )
    return wanted.outerjoin(first, first.c.post_id == post.c.id).order_by(
        first.c.due.nulls_last(), post.c.place, post.c.id
    )


def _add_deliveries(session: Session, rows: dict[int, PostRow]) -> None:
    counted = session.execute(
        select(
            delivery.c.post_id,
            account.c.name,
            delivery.c.state,
            func.count().label("deliveries"),
            func.min(delivery.c.due_utc).label("first"),
        )
        .join(account, account.c.id == delivery.c.account_id)
        .where(delivery.c.post_id.in_(rows))
        .group_by(delivery.c.post_id, account.c.name, delivery.c.state)
        .order_by(delivery.c.post_id, account.c.name)
    )
    waiting: dict[int, list[datetime]] = defaultdict(list)
    for one in counted:
        row = rows[one.post_id]
        if one.name not in row.accounts:
            row.accounts.append(one.name)
        row.states[one.state] = row.states.get(one.state, 0) + one.deliveries
        row.first_due = min(one.first, row.first_due or one.first)
        if one.state in WAITING:
            waiting[one.post_id].append(one.first)
    for number, dues in waiting.items():
        rows[number].next_due = min(dues)
