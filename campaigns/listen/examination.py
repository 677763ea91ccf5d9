"""What the database and the disk tell of the install's health: the same for `beacon doctor` and the page."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from campaigns.core.errors import Unusable
from campaigns.core.moments import iso_z
from campaigns.core.secretkeys import disagree
from campaigns.deliver import connecting
from campaigns.deliver.overview import UP_WITHIN
from campaigns.listen.ailments import Ailment, Level
from campaigns.listen.standing import ENDS_SOON
from campaigns.listen.watch import STALLED_AFTER
from campaigns.models import AccountState, AlertState, PauseMode
from campaigns.models.tables import alert, process

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Row
    from sqlmodel import Session

    from campaigns.core.vault import Vault
    from campaigns.deliver.overview import Overview
    from campaigns.models import Account

LITTLE, VERY_LITTLE = 1_000_000_000, 100_000_000  # bytes free on the disk
CLOCKS_APART = timedelta(seconds=5)


def disk(folder: Path) -> Iterator[Ailment]:
    free = shutil.disk_usage(folder).free
    if free < LITTLE:
        level = Level.PROBLEM if free < VERY_LITTLE else Level.REMARK
        yield Ailment("disk", {"megabytes": f"{free / 1_000_000:.0f}", "folder": str(folder)}, level)


def processes(session: Session, now: datetime, ours: str = "") -> Iterator[Ailment]:
    """Who is up, whether the clock really ticks, and whether all belong together. `ours`: the prints of our
    own secret keys."""
    rows = session.connection().execute(select(process)).all()
    up = [row for row in rows if now - row.seen_utc < UP_WITHIN]
    for kind in ("clock", "worker"):
        if not any(row.kind == kind for row in up):
            yield Ailment(f"no-{kind}")
    yield from _ticking(up, now)
    for row in up:
        if row.seen_utc - now > CLOCKS_APART:  # each process dates its signs of life by its host's clock
            ahead = (row.seen_utc - now).total_seconds()
            yield Ailment("clocks", {"host": row.host, "seconds": f"{ahead:.0f}"})
            break
    yield from _keys(up, ours)


def broker(session: Session, now: datetime) -> Iterator[Ailment]:
    """As its processes see it."""
    cut_off = select(process.c.host).where(process.c.seen_utc > now - UP_WITHIN, process.c.lacks == "broker")
    if host := session.connection().execute(cut_off.limit(1)).scalar():
        yield Ailment("broker-unreached", {"host": host})


def posts(standing: Overview) -> Iterator[Ailment]:
    if standing.pause is not PauseMode.NONE:
        yield Ailment("paused", {"mode": standing.pause}, Level.REMARK)
    if standing.asking:
        yield Ailment("undecided", {"posts": str(standing.asking)}, Level.REMARK)
    if standing.late:
        yield Ailment("late", {"posts": str(standing.late)}, Level.REMARK)


def everything(
    session: Session, standing: Overview, vault: Vault, prints: str, folder: Path, organisation_id: int
) -> Iterator[Ailment]:
    """For a page: problems before remarks."""
    now = standing.at_utc
    found = [
        *processes(session, now, prints),
        *broker(session, now),
        *disk(folder),
        *accounts(session, now, vault, organisation_id),
        *posts(standing),
        *alerts(session),
    ]
    yield from sorted(found, key=lambda ailment: ailment.level is Level.REMARK)


def alerts(session: Session) -> Iterator[Ailment]:
    given_up = alert.c.state == AlertState.GIVEN_UP, alert.c.over_utc.is_(None)
    many, trouble = (
        session.connection().execute(select(func.count(), func.max(alert.c.trouble)).where(*given_up)).one()
    )
    if many:
        yield Ailment("untold", {"alerts": str(many), "trouble": trouble}, Level.REMARK)


def accounts(
    session: Session, now: datetime, vault: Vault | None, organisation_id: int | None = None
) -> Iterator[Ailment]:
    """With `organisation_id`, of its accounts only."""
    for account in connecting.listing(session):
        if organisation_id not in {None, account.organisation_id}:
            continue
        named = {"account": account.name, "platform": account.platform}
        if account.state == AccountState.RECONNECT:
            yield Ailment("reconnect", named)
        elif vault is not None and not _opens(vault, account):
            yield Ailment("other-key", named)
        elif account.expires_utc is not None and account.expires_utc < now + ENDS_SOON:
            yield Ailment("expiring", {**named, "ends": iso_z(account.expires_utc)}, Level.REMARK)


def _ticking(up: Sequence[Row[tuple[object, ...]]], now: datetime) -> Iterator[Ailment]:
    clocks = [row for row in up if row.kind == "clock"]
    ticks = [row.ticked_utc or row.started_utc for row in clocks]
    if ticks and (silent := (now - max(ticks)).total_seconds()) > STALLED_AFTER:
        yield Ailment("not-ticking", {"seconds": f"{silent:.0f}"})


def _keys(up: Sequence[Row[tuple[object, ...]]], ours: str) -> Iterator[Ailment]:
    """An account connected through one of them cannot be opened by the other."""
    held = [(row.host, row.prints) for row in up] + ([("this machine", ours)] if ours else [])
    for host, prints in held:
        for other, theirs in held:
            if disagree(prints, theirs):
                hosts = " and ".join(sorted({host, other}))
                yield Ailment("two-keys", {"hosts": hosts})
                return


def _opens(vault: Vault, account: Account) -> bool:
    try:
        vault.open(account.sealed)
    except Unusable:
        return False
    return True
