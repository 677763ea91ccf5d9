"""What a lane has to do: its due deliveries in order, each with the part that its cursor names."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from campaigns.core.mediapaths import path_of
from campaigns.core.statements import Statement, among
from campaigns.core.wire import open_wire
from campaigns.deliver.nearest import nearest
from campaigns.models import AccountState, State
from campaigns.models.tables import account, media
from campaigns.platforms.contract import MediaFile, Outgoing, Receipt

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Engine

    from campaigns.core.wire import Wire


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


def read_agendas(
    database: Engine, account_ids: list[int], now: datetime, until: datetime, media_dir: Path
) -> dict[int, Agenda]:
    """Each lane's deliveries to look at before `until`: what is urgent and due first, then by (due, id).

    An account that is not ready to post has nothing to do.
    """
    with open_wire(database) as wire:
        accounts = {row.id: _facts(row) for row in _ACCOUNTS.rows(wire, ids=account_ids)}
        rows = nearest(wire, [facts.id for facts in accounts.values() if facts.ready], until)
        images = _images(wire, itertools.chain.from_iterable(rows.values()))
    return {
        facts.id: Agenda(
            facts, _in_order((_item(row, images, media_dir) for row in rows.get(facts.id, ())), now)
        )
        for facts in accounts.values()
    }


def _in_order(items: Iterable[Item], now: datetime) -> list[Item]:
    return sorted(items, key=lambda item: (not (item.urgent and item.due <= now), item.due, item.delivery_id))


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


_ACCOUNTS = Statement(
    select(
        *account.c["id", "platform", "name", "server", "handle", "sealed", "credentials_version", "limits"],
        *account.c["state", "breaker_failures", "breaker_until", "not_before"],
    ).where(among(account.c.id, "ids"))
)
_MEDIA = Statement(select(media).where(among(media.c.id, "ids")))


def _images(wire: Wire, rows: Iterable[Any]) -> dict[int, Any]:
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
