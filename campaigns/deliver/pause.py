"""Pause: once it is acknowledged, nothing begins until somebody resumes.

The switch is set alone in the gate; whatever passed the gate before stands written down as in flight.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, insert, select, update
from sqlmodel import Session

from campaigns.core.db import writing
from campaigns.core.errors import Misuse
from campaigns.core.moments import utc_now
from campaigns.core.words import N_
from campaigns.deliver import gate, restored
from campaigns.models import INSTALL, PauseMode
from campaigns.models.tables import account, attempt, audit, campaign, control, delivery

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import ColumnElement, Engine, Table
    from sqlalchemy.engine import Connection

log = logging.getLogger(__name__)

POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Scope:
    """What is paused. Exactly one of campaign and account, with whose it is, since two organisations may use
    the same name; or none of the three: the whole install."""

    campaign: str | None = None
    account: str | None = None
    mode: PauseMode = PauseMode.FULL
    organisation_id: int | None = None
    queue: bool = False  # of the campaign only what holds one of its slots


@dataclass(frozen=True, slots=True)
class InFlight:
    """A call that had begun before the pause and has not ended."""

    delivery_id: int
    account: str
    kind: str
    since_utc: datetime


def pause_install(database: Engine, mode: PauseMode, person: str) -> Scope:
    """Full: nothing begins any more. Crisis: only what is marked essential."""
    _switch_install(database, mode, person, "pause")
    return Scope(mode=mode)


def resume_install(database: Engine, person: str, *, ask_about_threads: bool = False) -> None:
    """Raises `Conflict` while a restore's threads are being looked up; `ask_about_threads`: never waits."""
    _switch_install(database, PauseMode.NONE, person, "resume", ask_about_threads=ask_about_threads)


def pause_campaign(
    database: Engine,
    slug: str,
    person: str,
    *,
    organisation_id: int,
    allow_essential: bool = False,
) -> Scope:
    """Nothing of the campaign begins any more; with `allow_essential`, only what is marked essential."""
    whose = _campaign(slug, organisation_id)
    _switch_part(database, whose, person, paused=True, allow_essential=allow_essential)
    return Scope(campaign=slug, mode=_mode(allow_essential), organisation_id=organisation_id)


def resume_campaign(database: Engine, slug: str, person: str, *, organisation_id: int) -> None:
    _switch_part(database, _campaign(slug, organisation_id), person, paused=False)


def pause_queue(database: Engine, slug: str, person: str, *, organisation_id: int) -> Scope:
    """Nothing that holds one of the campaign's slots begins any more; the rest of the campaign goes on."""
    _switch(database, _campaign(slug, organisation_id), person, "queue.pause", {"queue_paused": True})
    return Scope(campaign=slug, organisation_id=organisation_id, queue=True)


def resume_queue(database: Engine, slug: str, person: str, *, organisation_id: int) -> None:
    _switch(database, _campaign(slug, organisation_id), person, "queue.resume", {"queue_paused": False})


def pause_account(
    database: Engine,
    name: str,
    person: str,
    *,
    organisation_id: int,
    allow_essential: bool = False,
) -> Scope:
    """Nothing begins on the account any more; with `allow_essential`, only what is marked essential."""
    part = _account(name, organisation_id)
    _switch_part(database, part, person, paused=True, allow_essential=allow_essential)
    return Scope(account=name, mode=_mode(allow_essential), organisation_id=organisation_id)


def resume_account(database: Engine, name: str, person: str, *, organisation_id: int) -> None:
    _switch_part(database, _account(name, organisation_id), person, paused=False)


def in_flight(session: Session, scope: Scope) -> list[InFlight]:
    """The calls that the scope's pause still waits for."""
    query = (
        select(attempt.c.delivery_id, account.c.name, attempt.c.kind, attempt.c.begun_utc)
        .join(account, account.c.id == attempt.c.account_id)
        .join(delivery, delivery.c.id == attempt.c.delivery_id)
        .join(campaign, campaign.c.id == delivery.c.campaign_id)
        .where(attempt.c.ended_utc.is_(None))
        .order_by(attempt.c.begun_utc)
    )
    if scope.campaign:
        query = query.where(campaign.c.slug == scope.campaign)
    if scope.queue:
        query = query.where(delivery.c.from_queue)
    if scope.account:
        query = query.where(account.c.name == scope.account)
    if scope.organisation_id is not None:
        query = query.where(delivery.c.organisation_id == scope.organisation_id)
    if scope.mode is PauseMode.CRISIS:
        query = query.where(~delivery.c.essential)
    return [InFlight(*row) for row in session.connection().execute(query)]


def wait_until_quiet(
    database: Engine,
    scope: Scope,
    timeout: float | None,
    tell: Callable[[list[InFlight]], None],
    sweep: Callable[[], object] = lambda: None,
) -> bool:
    """Waits until nothing is in flight; then the pause is acknowledged. `timeout` in seconds, None: for ever.

    `tell` hears what is waited for whenever it changes; `sweep` is called about every second, so that a
    worker that died in the middle of a call does not hold the pause up. False: gave up waiting; the pause
    itself stands all the same.
    """
    began = last_sweep = time.monotonic()
    told: list[InFlight] | None = None
    while True:
        with Session(database) as session:
            waiting = in_flight(session, scope)
        if waiting != told:
            tell(waiting)
            told = waiting
        if not waiting:
            return True
        now = time.monotonic()
        if timeout is not None and now - began >= timeout:
            return False
        if now - last_sweep >= 1:
            sweep()
            last_sweep = now
        time.sleep(POLL_SECONDS)


def _switch_install(
    database: Engine, mode: PauseMode, person: str, action: str, *, ask_about_threads: bool = False
) -> None:
    with writing(database) as connection:
        gate.take_alone(connection)
        now = utc_now()
        if mode is not PauseMode.FULL:
            restored.settle(connection, now, ask_about_threads=ask_about_threads)
        known = connection.execute(
            update(control)
            .where(control.c.scope == INSTALL)
            .values(mode=mode, epoch=control.c.epoch + 1, person=person, since_utc=now)
        ).rowcount
        if not known:
            connection.execute(
                insert(control).values(scope=INSTALL, mode=mode, epoch=1, person=person, since_utc=now)
            )
        _note(connection, person, f"install.{action}", "everything", detail=mode)


@dataclass(frozen=True, slots=True)
class _Part:
    noun: str  # in the audit trail
    missing: str  # what is said when it is not there
    name: str
    table: Table
    which: ColumnElement[bool]


def _campaign(slug: str, organisation_id: int) -> _Part:
    mine = campaign.c.organisation_id == organisation_id
    return _Part(
        "campaign", N_("There is no campaign %(name)s."), slug, campaign, and_(mine, campaign.c.slug == slug)
    )


def _account(name: str, organisation_id: int) -> _Part:
    mine = account.c.organisation_id == organisation_id
    return _Part(
        "account", N_("There is no account %(name)s."), name, account, and_(mine, account.c.name == name)
    )


def _mode(allow_essential: bool) -> PauseMode:
    return PauseMode.CRISIS if allow_essential else PauseMode.FULL


def _switch_part(
    database: Engine, part: _Part, person: str, *, paused: bool, allow_essential: bool = False
) -> None:
    values = {"paused": paused, "pause_spares_essential": allow_essential}
    if part.table is campaign and not paused:
        values["queue_paused"] = False  # who lets a campaign go on means its queue too
    action = f"{part.noun}.pause" if paused else f"{part.noun}.resume"
    detail = "essential posts still go out" if allow_essential else ""
    _switch(database, part, person, action, values, detail)


def _switch(
    database: Engine, part: _Part, person: str, action: str, values: dict[str, bool], detail: str = ""
) -> None:
    with writing(database) as connection:
        gate.take_alone(connection)
        organisation = connection.execute(
            update(part.table).where(part.which).values(values).returning(part.table.c.organisation_id)
        ).scalar()
        if organisation is None:
            raise Misuse(part.missing, name=part.name)
        _note(connection, person, action, part.name, detail=detail, organisation=organisation)


def _note(
    connection: Connection,
    person: str,
    action: str,
    subject: str,
    *,
    detail: str = "",
    organisation: int | None = None,
) -> None:
    log.info(action, extra={"subject": subject, "person": person, "detail": detail})
    connection.execute(
        insert(audit).values(
            organisation_id=organisation,
            at_utc=utc_now(),
            person=person,
            action=action,
            subject=subject,
            detail=detail,
        )
    )
