"""What `beacon doctor` looks at. Each look tells what is wrong and how to mend it; one that fails ends none
of the others, save those that need what it could not have."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import text

from campaigns.cli.ailments import Ailment, Level
from campaigns.cli.install import sqlite_file
from campaigns.cli.output import print_json, say
from campaigns.cli.sentences import explain
from campaigns.cli.soundings import broker_trouble, practice_trouble
from campaigns.core.db import open_engine, read_session, writing
from campaigns.core.errors import Unusable
from campaigns.core.moments import utc_now
from campaigns.core.vault import open_vault
from campaigns.deliver import connecting
from campaigns.deliver.overview import overview
from campaigns.migrations import pending
from campaigns.models import PauseMode
from config.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Engine

    from campaigns.core.vault import Vault
    from campaigns.deliver.overview import Overview

LITTLE, VERY_LITTLE = 1_000_000_000, 100_000_000  # bytes free on the disk
CLOCKS_APART = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Patient:
    settings: Settings
    engine: Engine


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
        yield Ailment("not-set-up", f"There is no Beacon in {settings.data_dir} yet.", "Run `beacon init`.")
        return
    yield from _folder(settings)
    yield from _disk(settings)
    try:
        vault = open_vault(settings)
    except Unusable as weak:
        yield Ailment("secret-key", str(weak), "")
        vault = None
    engine = open_engine(settings.database)
    try:
        yield from _database(Patient(settings, engine), vault)
    finally:
        engine.dispose()


def _folder(settings: Settings) -> Iterator[Ailment]:
    if settings.data_dir.stat().st_mode & 0o77:
        yield Ailment(
            "open-folder",
            f"Other users of this machine may look into {settings.data_dir}, where the secret key stands.",
            f"Run: chmod 700 {settings.data_dir}",
        )


def _disk(settings: Settings) -> Iterator[Ailment]:
    free = shutil.disk_usage(settings.data_dir).free
    if free < LITTLE:
        level = Level.PROBLEM if free < VERY_LITTLE else Level.REMARK
        what = f"Only {free / 1_000_000:.0f} MB are free on the disk of {settings.data_dir}."
        yield Ailment("disk", what, "Make room: with a full disk nothing is sent.", level)


def _database(patient: Patient, vault: Vault | None) -> Iterator[Ailment]:
    """Without a database that can be read and written, there is nothing more to look at."""
    try:
        if pending(patient.engine):
            yield Ailment(
                "old-database", "The database is empty or from an older Beacon.", "Run `beacon init`."
            )
            return
        yield from _clocks(patient.engine)
    except Exception as trouble:
        yield Ailment("database", explain(trouble)[0], "")
        return
    looks: list[Callable[[], Iterator[Ailment]]] = [
        lambda: _writable(patient.engine),
        lambda: _running(patient),
        lambda: _accounts(patient, vault),
    ]
    for look in looks:
        try:
            yield from look()
        except Exception as trouble:
            yield Ailment("database", explain(trouble)[0], "")


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
        yield Ailment(
            "clocks",
            f"This machine's clock and the database's are {apart.total_seconds():.0f} s apart.",
            "Set both by a time server (NTP): posts go out by the database's clock.",
        )


def _running(patient: Patient) -> Iterator[Ailment]:
    with read_session(patient.engine) as session:
        now = overview(session, utc_now())
    for kind in ("clock", "worker"):
        if not any(row.up for row in now.processes if row.kind == kind):
            yield Ailment(
                f"no-{kind}",
                f"No {kind} is running, so nothing goes out.",
                f"Run `beacon up`, or `beacon {kind}`.",
            )
    if any(row.up for row in now.processes) and (trouble := broker_trouble(patient.settings)):
        yield Ailment("broker", trouble, "Start it, or mend BEACON_REDIS_URL; posts go out up to 45 s late.")
    yield from _remarks(now)


def _remarks(now: Overview) -> Iterator[Ailment]:
    if now.pause is not PauseMode.NONE:
        yield Ailment("paused", f"The install is paused ({now.pause}).", "Run `beacon resume`.", Level.REMARK)
    if now.asking:
        what = f"{now.asking} {'post waits' if now.asking == 1 else 'posts wait'} for your decision."
        mend = "See `beacon post list --state needs_person`, or held, missed, failed, partly_out."
        yield Ailment("undecided", what, mend, Level.REMARK)
    if now.late:
        what = f"{now.late} {'post is' if now.late == 1 else 'posts are'} late."
        yield Ailment("late", what, "See `beacon post list`.", Level.REMARK)


def _accounts(patient: Patient, vault: Vault | None) -> Iterator[Ailment]:
    with read_session(patient.engine) as session:
        now = overview(session, utc_now())
        accounts = connecting.listing(session)
    for account in accounts:
        again = f"Run `beacon account connect {account.platform} --name {account.name}`."
        if account.name in now.to_reconnect:
            yield Ailment("reconnect", f"The account {account.name} no longer works.", again)
        elif vault is not None:
            try:
                vault.open(account.sealed)
            except Unusable:
                what = f"The credentials of {account.name} were sealed with another secret key."
                yield Ailment("other-key", what, f"Set BEACON_SECRET_KEY to that one. Or: {again}")
    for server in sorted({account.server for account in accounts if account.platform == "practice"}):
        if trouble := practice_trouble(server):
            yield Ailment("practice", trouble, "Run `beacon up`, or `beacon practice`.")
