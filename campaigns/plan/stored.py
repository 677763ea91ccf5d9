"""What the database already holds of a campaign: its posts as specs, and where each delivery stands."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlmodel import col
from sqlmodel import select as select_model

from campaigns.core.mediastore import Facts
from campaigns.core.words import N_
from campaigns.models import EDITABLE, Campaign, State, tables
from campaigns.plan.pictures import Picture
from campaigns.plan.rows import post_of, spec_of
from campaigns.plan.spec import MediaSpec

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlmodel import Session

    from campaigns.plan.slots import SlotTime
    from campaigns.plan.spec import CampaignSpec, PostSpec

TAKEN_OUT = N_("taken out of the campaign file")
"""The reason of a delivery that a file cancelled; only such a one may come back with a file."""


@dataclass(frozen=True, slots=True)
class StoredDelivery:
    id: int
    post_id: int
    account_id: int
    occurrence: str
    wall: str
    zone: str
    from_queue: bool
    due_utc: datetime
    wake_utc: datetime
    essential: bool
    urgent: bool
    late_within: int
    late_then: str
    state: State
    reason: str
    cursor: int

    @property
    def editable(self) -> bool:
        """Nothing of it is out, and no request for it may be on the wire."""
        return self.state in EDITABLE and not self.cursor

    @property
    def taken_out(self) -> bool:
        return self.state is State.CANCELLED and self.reason == TAKEN_OUT


@dataclass(frozen=True, slots=True)
class StoredPost:
    id: int
    version: int
    removed: bool
    spec: PostSpec
    pictures: tuple[Picture, ...]
    deliveries: dict[tuple[int, str], StoredDelivery]  # by account id and occurrence

    @property
    def key(self) -> str:
        return self.spec.id or ""


@dataclass(frozen=True, slots=True)
class Stored:
    campaign: Campaign
    spec: CampaignSpec  # of the posts that are still in it
    posts: list[StoredPost]  # also those that were taken out
    beyond: Beyond | None = None  # what counts of its other posts; None: all are here

    @property
    def held(self) -> frozenset[datetime]:
        """Slots (UTC) that posts hold which are not here."""
        return self.beyond.slots if self.beyond else frozenset()

    @property
    def exchanges(self) -> bool:
        """Whether posts of the queue change places, and so times."""
        return self.beyond is not None and bool(self.beyond.given or self.beyond.dealt)

    def dealt(self, place: int) -> bool:
        """Whether the queue's post at this place gives its slot back and takes the next free one."""
        return self.beyond is not None and place in self.beyond.dealt

    def still(self, place: int) -> bool:
        """Whether the post at this place keeps its time whatever becomes of its campaign's zone."""
        return self.beyond is not None and place in self.beyond.still

    def given(self, place: int) -> SlotTime | None:
        """The slot that the post at this place is to get."""
        return self.beyond.given.get(place) if self.beyond else None


@dataclass(frozen=True, slots=True)
class Beyond:
    """What an edit of a few posts must know of the rest of their campaign."""

    keys: frozenset[str] = frozenset()
    places: frozenset[int] = frozenset()  # of posts that are still in it
    slots: frozenset[datetime] = frozenset()
    given: Mapping[int, SlotTime] = field(default_factory=dict)  # by place: the slot it gets
    dealt: frozenset[int] = frozenset()  # places of posts that take the next free slots anew
    still: frozenset[int] = frozenset()  # places of posts whose time has come before their zone changed


def read_stored(session: Session, organisation_id: int, slug: str) -> Stored | None:
    """The campaign of that slug, also a removed one; None where there is none."""
    campaign = session.exec(
        select_model(Campaign)
        .where(col(Campaign.organisation_id) == organisation_id, col(Campaign.slug) == slug)
        .execution_options(populate_existing=True)
    ).first()
    if campaign is None:
        return None
    posts = read_posts(session, campaign.id)
    return Stored(campaign, spec_of(campaign, [post.spec for post in posts if not post.removed]), posts)


def read_posts(session: Session, campaign_id: int, only: Collection[int] | None = None) -> list[StoredPost]:
    """A campaign's posts in their order, also those that were taken out; `only` those of these ids."""
    deliveries = _deliveries(session, campaign_id, only)
    images = _images(session, campaign_id, only)
    posts = []
    columns = tables.post.c
    wanted = select(tables.post).where(columns.campaign_id == campaign_id)
    if only is not None:
        wanted = wanted.where(columns.id.in_(only))
    for row in session.execute(wanted.order_by(columns.place, columns.id)).mappings():
        its = images.get(row["id"], [])
        media = tuple(MediaSpec(image["file"], image["alt"]) for image in its)
        posts.append(
            StoredPost(
                id=row["id"],
                version=row["version"],
                removed=row["removed_utc"] is not None,
                spec=post_of(dict(row), media),
                pictures=tuple(Picture(image["file"], image["alt"], _facts(image)) for image in its),
                deliveries=deliveries.get(row["id"], {}),
            )
        )
    return posts


def _deliveries(
    session: Session, campaign_id: int, only: Collection[int] | None
) -> dict[int, dict[tuple[int, str], StoredDelivery]]:
    names = [column.name for column in fields(StoredDelivery)]
    found: dict[int, dict[tuple[int, str], StoredDelivery]] = defaultdict(dict)
    wanted = select(*(tables.delivery.c[name] for name in names)).where(
        tables.delivery.c.campaign_id == campaign_id
    )
    if only is not None:
        wanted = wanted.where(tables.delivery.c.post_id.in_(only))
    for row in session.execute(wanted.order_by(tables.delivery.c.id)).mappings():
        delivery = StoredDelivery(**{**row, "state": State(row["state"])})
        found[delivery.post_id][delivery.account_id, delivery.occurrence] = delivery
    return found


def _images(session: Session, campaign_id: int, only: Collection[int] | None) -> dict[int, list[Any]]:
    link, media, post = tables.post_media, tables.media, tables.post
    found: dict[int, list[Any]] = defaultdict(list)
    wanted = (
        select(link.c.post_id, link.c.file, link.c.alt, media)
        .join(media, media.c.id == link.c.media_id)
        .join(post, post.c.id == link.c.post_id)
        .where(post.c.campaign_id == campaign_id)
    )
    if only is not None:
        wanted = wanted.where(link.c.post_id.in_(only))
    for row in session.execute(wanted.order_by(link.c.post_id, link.c.place)).mappings():
        found[row["post_id"]].append(row)
    return found


def _facts(row: Any) -> Facts:
    return Facts(row["sha256"], row["mime"], row["size"], row["width"], row["height"])
