"""What a lane has to do: its due deliveries in order, each with the part that its cursor names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, func, or_, select, union_all

from campaigns.core.mediapaths import path_of
from campaigns.core.statements import Statement, among
from campaigns.core.wire import open_wire
from campaigns.models import INSTALL, AccountState, PauseMode, State
from campaigns.models.tables import account, campaign, control, delivery, is_active, media, part, pauses
from campaigns.platforms.contract import MediaFile, Outgoing, Receipt

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Engine
    from sqlalchemy.sql.selectable import NamedFromClause

    from campaigns.core.wire import Wire

DELIVERIES_AT_ONCE = 64
"""How many of a lane's deliveries are read in one go."""


@dataclass(frozen=True, slots=True)
class Item:
    """A delivery with its current part, as read outside any transaction."""

    delivery_id: int
    organisation_id: int
    account_id: int
    state: State
    version: int
    place: int
    due: datetime
    wake: datetime
    urgent: bool
    attempts: int
    marks: int
    absences: int
    unclear: datetime | None  # since when its outcome is unknown
    fence: int
    outgoing: Outgoing

    @property
    def unprepared(self) -> list[MediaFile]:
        """The images that have not been uploaded yet."""
        return [image for image in self.outgoing.media if str(image.id) not in self.outgoing.uploaded]


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What the lane needs to know of its account."""

    id: int
    platform: str
    name: str
    server: str
    handle: str
    sealed: str
    credentials_version: int
    limits: dict[str, Any]
    ready: bool
    breaker_failures: int
    breaker_until: datetime | None
    not_before: datetime | None


@dataclass(frozen=True, slots=True)
class Agenda:
    account: AccountFacts
    items: list[Item]


def read_agenda(database: Engine, account_id: int, now: datetime, until: datetime, media_dir: Path) -> Agenda:
    """The lane's deliveries to look at before `until`: what is urgent and due first, then by (due, id).

    What a pause stops is left out: order counts among what may go.
    """
    with open_wire(database) as wire:
        facts = _facts(_ACCOUNT.rows(wire, account=account_id)[0])
        if not facts.ready:
            return Agenda(facts, [])
        rows = _DUE.rows(wire, account=account_id, until=until)
        images = _images(wire, rows)
    items = [_item(row, images, media_dir) for row in rows]
    items.sort(key=lambda item: (not (item.urgent and item.due <= now), item.due, item.delivery_id))
    return Agenda(facts, items)


def _facts(row: Any) -> AccountFacts:
    return AccountFacts(
        id=row.id,
        platform=row.platform,
        name=row.name,
        server=row.server,
        handle=row.handle,
        sealed=row.sealed,
        credentials_version=row.credentials_version,
        limits=row.limits,
        ready=row.state == AccountState.READY,
        breaker_failures=row.breaker_failures,
        breaker_until=row.breaker_until,
        not_before=row.not_before,
    )


def _due_query() -> Any:
    """Urgent ones, those in turn, and those to be prepared, each with its part and what that replies to."""
    mode = func.coalesce(
        select(control.c.mode).where(control.c.scope == INSTALL).scalar_subquery(), PauseMode.NONE
    )
    parent, root = part.alias("parent"), part.alias("root")
    mine = (
        select(
            *delivery.c["id", "organisation_id", "account_id", "state", "version", "cursor", "due_utc"],
            *delivery.c["wake_utc", "urgent", "attempts", "marks", "absences", "unclear_utc", "fence"],
            *part.c["payload", "key", "checkpoint", "frozen"],
            *_labelled(parent),
            *_labelled(root),
        )
        .join(campaign, campaign.c.id == delivery.c.campaign_id)
        .join(account, account.c.id == delivery.c.account_id)
        .join(part, and_(part.c.delivery_id == delivery.c.id, part.c.place == delivery.c.cursor))
        .outerjoin(
            parent, and_(parent.c.delivery_id == delivery.c.id, parent.c.place == delivery.c.cursor - 1)
        )
        .outerjoin(root, and_(root.c.delivery_id == delivery.c.id, root.c.place == 0, delivery.c.cursor > 0))
        .where(
            delivery.c.account_id == bindparam("account"),
            is_active(delivery),
            ~pauses(campaign, delivery),
            ~pauses(account, delivery),
            # A question already asked may still be answered in a pause: looking is not sending.
            or_(
                mode == PauseMode.NONE,
                delivery.c.state == State.UNCERTAIN,
                and_(mode == PauseMode.CRISIS, delivery.c.essential),
            ),
        )
        .order_by(delivery.c.due_utc, delivery.c.id)
        .limit(DELIVERIES_AT_ONCE)
    )
    until: Any = bindparam("until")
    return union_all(
        *(
            select(mine.where(*conditions).subquery())
            for conditions in (
                (delivery.c.urgent, delivery.c.due_utc <= until),
                (~delivery.c.urgent, delivery.c.due_utc <= until),
                (delivery.c.wake_utc <= until, delivery.c.due_utc > until),
            )
        )
    )


def _labelled(sent: NamedFromClause) -> list[Any]:
    return [sent.c[name].label(f"{sent.name}_{name}") for name in ("remote_id", "remote_url", "remote")]


_ACCOUNT = Statement(
    select(
        *account.c["id", "platform", "name", "server", "handle", "sealed", "credentials_version", "limits"],
        *account.c["state", "breaker_failures", "breaker_until", "not_before"],
    ).where(account.c.id == bindparam("account"))
)
_DUE = Statement(_due_query())
_MEDIA = Statement(select(media).where(among(media.c.id, "ids")))


def _images(wire: Wire, rows: list[Any]) -> dict[int, Any]:
    wanted = {image["id"] for row in rows for image in row.payload.get("media", ())}
    return {row.id: row for row in _MEDIA.rows(wire, ids=sorted(wanted))} if wanted else {}


def _item(row: Any, images: dict[int, Any], media_dir: Path) -> Item:
    payload = row.payload
    return Item(
        delivery_id=row.id,
        organisation_id=row.organisation_id,
        account_id=row.account_id,
        state=State(row.state),
        version=row.version,
        place=row.cursor,
        due=row.due_utc,
        wake=row.wake_utc,
        urgent=row.urgent,
        attempts=row.attempts,
        marks=row.marks,
        absences=row.absences,
        unclear=row.unclear_utc,
        fence=row.fence,
        outgoing=Outgoing(
            key=row.key,
            text=payload["text"],
            language=payload.get("language"),
            content_warning=payload.get("content_warning"),
            media=tuple(
                _media_file(images[image["id"]], image["alt"], media_dir) for image in payload["media"]
            ),
            uploaded=row.checkpoint,
            root=_receipt(row.root_remote_id, row.root_remote_url, row.root_remote),
            parent=_receipt(row.parent_remote_id, row.parent_remote_url, row.parent_remote),
            frozen=row.frozen,
        ),
    )


def _receipt(remote_id: str | None, url: str | None, ref: dict[str, Any]) -> Receipt | None:
    return None if remote_id is None else Receipt(remote_id, url or "", ref)


def _media_file(row: Any, alt: str, media_dir: Path) -> MediaFile:
    return MediaFile(
        id=row.id,
        path=path_of(media_dir, row.sha256),
        mime=row.mime,
        alt=alt,
        size=row.size,
        width=row.width,
        height=row.height,
    )
