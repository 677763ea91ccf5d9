"""What a lane has to do: its due deliveries in order, each with the part that its cursor names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from campaigns.core.mediapaths import path_of
from campaigns.deliver.verdict import may_pass
from campaigns.models import INSTALL, AccountState, PauseMode, State
from campaigns.models.tables import account, campaign, control, delivery, is_active, media, part, pauses
from campaigns.platforms.contract import MediaFile, Outgoing, Receipt

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Engine, Select
    from sqlalchemy.engine import Connection, RowMapping

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


def read_agenda(engine: Engine, account_id: int, now: datetime, until: datetime, media_dir: Path) -> Agenda:
    """The lane's deliveries to look at before `until`: what is urgent and due first, then by (due, id).

    What a pause stops is left out: order counts among what may go.
    """
    with engine.connect() as connection:
        facts = connection.execute(_ACCOUNT, {"account": account_id}).mappings().one()
        its_account = AccountFacts(
            id=account_id,
            platform=facts["platform"],
            name=facts["name"],
            server=facts["server"],
            handle=facts["handle"],
            sealed=facts["sealed"],
            credentials_version=facts["credentials_version"],
            limits=facts["limits"],
            ready=facts["state"] == AccountState.READY,
            breaker_failures=facts["breaker_failures"],
            breaker_until=facts["breaker_until"],
            not_before=facts["not_before"],
        )
        if not its_account.ready:
            return Agenda(its_account, [])
        rows = _due(connection, account_id, until)
        items = _items(connection, rows, media_dir)
        items.sort(key=lambda item: (not (item.urgent and item.due <= now), item.due, item.delivery_id))
        return Agenda(its_account, items)


def _due(connection: Connection, account_id: int, until: datetime) -> list[RowMapping]:
    mode = PauseMode(connection.execute(_MODE).scalar() or PauseMode.NONE)
    found: list[RowMapping] = []
    for query in _DUE[mode]:
        if len(found) < DELIVERIES_AT_ONCE:
            found += connection.execute(query, {"account": account_id, "until": until}).mappings()
    return found


def _due_queries(mode: PauseMode) -> tuple[Select[Any], ...]:
    """Urgent ones, those in turn, and those to be prepared. Built once: building costs more than asking."""
    mine = (
        select(delivery)
        .join(campaign, campaign.c.id == delivery.c.campaign_id)
        .join(account, account.c.id == delivery.c.account_id)
        .where(
            delivery.c.account_id == bindparam("account"),
            is_active(delivery),
            ~pauses(campaign, delivery),
            ~pauses(account, delivery),
        )
        .limit(DELIVERIES_AT_ONCE)
    )
    if mode is not PauseMode.NONE:
        # A question already asked may still be answered in a pause: looking is not sending.
        mine = mine.where(delivery.c.essential | (delivery.c.state == State.UNCERTAIN))
        if not may_pass(mode, essential=True):
            mine = mine.where(delivery.c.state == State.UNCERTAIN)
    mine = mine.order_by(delivery.c.due_utc, delivery.c.id)
    until: Any = bindparam("until")
    return (
        mine.where(delivery.c.urgent, delivery.c.due_utc <= until),
        mine.where(~delivery.c.urgent, delivery.c.due_utc <= until),
        mine.where(delivery.c.wake_utc <= until, delivery.c.due_utc > until),
    )


_MODE = select(control.c.mode).where(control.c.scope == INSTALL)
_DUE = {mode: _due_queries(mode) for mode in PauseMode}
_ACCOUNT = select(account).where(account.c.id == bindparam("account"))
_PARTS = select(part).where(part.c.delivery_id.in_(bindparam("ids", expanding=True)))
_MEDIA = select(media).where(media.c.id.in_(bindparam("ids", expanding=True)))


def _items(connection: Connection, rows: list[RowMapping], media_dir: Path) -> list[Item]:
    ids = [row["id"] for row in rows]
    parts: dict[int, dict[int, RowMapping]] = {}
    for found in connection.execute(_PARTS, {"ids": ids}).mappings():
        parts.setdefault(found["delivery_id"], {})[found["place"]] = found
    images = _images(connection, [piece for pieces in parts.values() for piece in pieces.values()])
    return [_item(row, parts[row["id"]], images, media_dir) for row in rows]


def _images(connection: Connection, parts: list[RowMapping]) -> dict[int, RowMapping]:
    wanted = {image["id"] for piece in parts for image in piece["payload"].get("media", ())}
    if not wanted:
        return {}
    return {row["id"]: row for row in connection.execute(_MEDIA, {"ids": sorted(wanted)}).mappings()}


def _item(
    row: RowMapping, parts: dict[int, RowMapping], images: dict[int, RowMapping], media_dir: Path
) -> Item:
    place = row["cursor"]
    current = parts[place]
    payload = current["payload"]
    return Item(
        delivery_id=row["id"],
        organisation_id=row["organisation_id"],
        account_id=row["account_id"],
        state=State(row["state"]),
        version=row["version"],
        place=place,
        due=row["due_utc"],
        wake=row["wake_utc"],
        urgent=row["urgent"],
        attempts=row["attempts"],
        marks=row["marks"],
        absences=row["absences"],
        unclear=row["unclear_utc"],
        fence=row["fence"],
        outgoing=Outgoing(
            key=current["key"],
            text=payload["text"],
            language=payload.get("language"),
            content_warning=payload.get("content_warning"),
            media=tuple(
                _media_file(images[image["id"]], image["alt"], media_dir) for image in payload["media"]
            ),
            uploaded=current["checkpoint"],
            root=_receipt(parts.get(0)) if place else None,
            parent=_receipt(parts.get(place - 1)) if place else None,
            frozen=current["frozen"],
        ),
    )


def _receipt(row: RowMapping | None) -> Receipt | None:
    if row is None or row["remote_id"] is None:
        return None
    return Receipt(row["remote_id"], row["remote_url"] or "", row["remote"])


def _media_file(row: RowMapping, alt: str, media_dir: Path) -> MediaFile:
    return MediaFile(
        id=row["id"],
        path=path_of(media_dir, row["sha256"]),
        mime=row["mime"],
        alt=alt,
        size=row["size"],
        width=row["width"],
        height=row["height"],
    )
