"""What `beacon doctor` looks at. Each look tells what is wrong and how to mend it; one that fails ends none
of the others, save those that need what it could not have."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select, text

from campaigns.cli.install import sqlite_file
from campaigns.cli.output import print_json, say
from campaigns.cli.sentences import explain
from campaigns.cli.soundings import broker_trouble, practice_trouble, seconds_off
from campaigns.core.db import open_engine, read_session, writing
from campaigns.core.errors import Unusable
from campaigns.core.moments import utc_now
from campaigns.core.secretkeys import prints_of, read_keys
from campaigns.core.vault import Vault
from campaigns.deliver import connecting
from campaigns.deliver.overview import UP_WITHIN, overview
from campaigns.listen import examination
from campaigns.listen.ailments import Ailment, Level
from campaigns.listen.examination import CLOCKS_APART
from campaigns.migrations import pending
from campaigns.models.tables import process
from config.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sqlalchemy import Engine
    from sqlmodel import Session

SERVERS_ASKED = 3  # for the time


@dataclass(frozen=True, slots=True)
class Patient:
    settings: Settings
    engine: Engine
    keys: list[str]

    @property
    def vault(self) -> Vault | None:
        return Vault(*self.keys) if self.keys else None


def show(*, as_json: bool) -> None:
    """Exit 1 when something is wrong; remarks alone are fine."""
    ailments = list(examine(Settings()))
    well = all(ailment.level is Level.REMARK for ailment in ailments)
    if as_json:
        print_json({"well": well, "findings": [ailment.as_json() for ailment in ailments]})
    else:
        for ailment in ailments:
            say(str(ailment))
        say("All is well." if well else "Mend these, then run `beacon doctor` again.")
    sys.exit(0 if well else 1)


def examine(settings: Settings) -> Iterator[Ailment]:
    """Everything that is wrong with this install."""
    if not settings.data_dir.is_dir() or ((file := sqlite_file(settings)) and not file.exists()):
        yield Ailment("not-set-up", {"folder": str(settings.data_dir)})
        return
    if settings.data_dir.stat().st_mode & 0o77:
        yield Ailment("open-folder", {"folder": str(settings.data_dir)})
    yield from examination.disk(settings.data_dir)
    keys = []
    try:
        keys = read_keys(settings)
    except Unusable as weak:
        yield Ailment("secret-key", {"what": str(weak)})
    engine = open_engine(settings.database)
    try:
        yield from _database(Patient(settings, engine, keys))
    finally:
        engine.dispose()


def _database(patient: Patient) -> Iterator[Ailment]:
    """Without a database that can be read, there is nothing more to look at."""
    try:
        if pending(patient.engine):
            yield Ailment("old-database")
            return
        yield from _clocks(patient.engine)
    except Exception as trouble:
        yield Ailment("database", {"what": explain(trouble)[0]})
        return
    looks: list[Callable[[], Iterable[Ailment]]] = [
        lambda: _writable(patient.engine),
        lambda: _read(patient, _running),
        lambda: _read(patient, _accounts),
    ]
    for look in looks:
        try:
            yield from look()
        except Exception as trouble:
            yield Ailment("database", {"what": explain(trouble)[0]})


def _writable(engine: Engine) -> Iterator[Ailment]:
    """Takes the write lock for a moment; a failure is told by the caller."""
    with writing(engine) as connection:
        connection.execute(text("UPDATE control SET epoch = epoch WHERE scope = ''"))
    yield from ()


def _clocks(engine: Engine) -> Iterator[Ailment]:
    if engine.dialect.name == "sqlite":
        return
    with engine.connect() as connection:
        theirs = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    apart = abs(utc_now() - theirs)
    if apart > CLOCKS_APART:
        yield Ailment("clocks", {"host": "this machine", "seconds": f"{apart.total_seconds():.0f}"})


def _read(patient: Patient, look: Callable[[Patient, Session], Iterable[Ailment]]) -> list[Ailment]:
    with read_session(patient.engine) as session:
        return list(look(patient, session))


def _running(patient: Patient, session: Session) -> Iterator[Ailment]:
    now = utc_now()
    yield from examination.processes(session, now, prints_of(patient.keys))
    up = select(process.c.id).where(process.c.seen_utc > now - UP_WITHIN).limit(1)
    if session.connection().execute(up).first() and (trouble := broker_trouble(patient.settings)):
        yield Ailment("broker", {"what": trouble})
    yield from examination.posts(overview(session, now))
    yield from examination.alerts(session)


def _accounts(patient: Patient, session: Session) -> Iterator[Ailment]:
    yield from examination.accounts(session, utc_now(), patient.vault)
    accounts = connecting.listing(session)
    silent = set()
    for server in sorted({account.server for account in accounts if account.platform == "practice"}):
        if trouble := practice_trouble(server):
            silent.add(server)
            yield Ailment("practice", {"what": trouble})
    servers = sorted({account.server for account in accounts if account.server} - silent)
    for server in servers[:SERVERS_ASKED]:
        off = seconds_off(server)
        if off is not None and off > CLOCKS_APART.total_seconds():
            yield Ailment("wall-clock", {"seconds": f"{off:.0f}", "server": server})
            return
