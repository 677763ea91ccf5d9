"""What `backup` and `restore` do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from campaigns.cli.install import open_install, sqlite_file
from campaigns.cli.output import print_json, say
from campaigns.core.db import open_engine, read_session, writing
from campaigns.core.errors import Conflict, Misuse, Unusable
from campaigns.core.folders import private_folder
from campaigns.core.moments import iso_z, utc_now
from campaigns.core.vault import open_vault
from campaigns.deliver import connecting, restored
from campaigns.deliver.clock import DatabaseClock
from campaigns.deliver.overview import overview
from campaigns.keep import archive, backup, retention
from campaigns.keep import restore as restoring
from campaigns.keep.export import Export
from campaigns.migrations import Fit, fit, upgrade
from config.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

    from campaigns.core.vault import Vault
    from campaigns.deliver.restored import PutBack


def back_up(to: Path, *, as_json: bool) -> None:
    """Raises `Conflict` rather than write over a file."""
    with open_install() as install:
        path = to / _dated(utc_now()) if to.is_dir() else to
        if path.exists():
            raise Conflict(f"{path} is there already: choose another name.")
        made = backup.back_up(install.engine, install.settings.media_dir, path)
    size = path.stat().st_size
    if as_json:
        print_json(
            {
                "file": str(path.resolve()),
                "bytes": size,
                "made": iso_z(made.made_utc),
                "rows": dict(made.rows),
            }
        )
        return
    say(f"Backed up: {path} ({size / 1_000_000:.1f} MB), as it was at {iso_z(made.made_utc)}.")
    say("The secret key is not in it: without a copy of the key, every account must be connected again.")


def restore(file: Path, person: str, *, replace: bool, as_json: bool) -> None:
    """Raises `Conflict` where something is running, or would be lost without `replace`."""
    settings = Settings()
    with archive.reading(file) as reader:
        for folder in (settings.data_dir, settings.run_dir, settings.media_dir):
            private_folder(folder)
        vault, engine = open_vault(settings), open_engine(settings.database)
        try:
            kept = _make_room(settings, engine, replace=replace)
            back = restoring.bring_back(engine, settings.media_dir, reader, person)
            locked_out = _locked_out(engine, vault)
        finally:
            engine.dispose()
    _tell(back, kept, locked_out, as_json=as_json)


def take_over(moment: datetime, person: str, *, as_json: bool) -> None:
    """For a database that came back by other means: a dump, a snapshot of its disk."""
    made = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    with open_install() as install:
        now = DatabaseClock(install.engine).now()
        if made > now:
            raise Misuse(
                f"{iso_z(made)} has not come yet: give the moment at which the backup was made, in UTC."
            )
        with writing(install.engine) as connection:
            back = restored.put_back(connection, made, now, person)
        locked_out = _locked_out(install.engine, install.vault())
    _tell(back, None, locked_out, as_json=as_json)


def retain(days: int | None, export: Path | None, *, as_json: bool) -> None:
    """Raises `Misuse` when neither the command nor a setting says how old is old."""
    with open_install() as install:
        settings = install.settings
        wanted = days or settings.retain_days
        if wanted is None:
            raise Misuse("Say how old is old: `beacon retain --days 400`, or set BEACON_RETAIN_DAYS.")
        now = DatabaseClock(install.engine).now()
        done = retention.retain(install.engine, now, wanted, Export(export or settings.retain_export, now))
    if as_json:
        print_json({"days": wanted, "deleted": done.deleted})
    elif done.deleted:
        say("Deleted: " + ", ".join(f"{count} {_NOUNS[kind]}" for kind, count in done.deleted.items()) + ".")
    else:
        say(f"Nothing that is over is older than {wanted} days.")


_NOUNS = {
    "attempt": "calls of posts that are out",
    "delivery": "posts of campaigns that are over",
    "post_version": "former wordings",
    "draft": "abandoned drafts",
    "audit": "lines of who did what",
}


def _make_room(settings: Settings, engine: Engine, *, replace: bool) -> Path | None:
    """Sees that nothing runs and nothing is lost; returns where a copy of what stood here is."""
    if (file := sqlite_file(settings)) and not file.exists():
        return None
    standing = fit(engine)
    if standing is Fit.SAME:
        with read_session(engine) as session:
            running = [row for row in overview(session, utc_now()).processes if row.up]
        if running:
            raise Conflict(
                f"A {running[0].kind} runs on {running[0].host} (process {running[0].pid}): stop every "
                "Beacon process, on every host, and wait half a minute."
            )
    if not restoring.holds_work(engine):
        return None
    if not replace:
        raise Conflict(
            f"There are campaigns in {settings.database_label} already: with --replace the backup takes "
            "their place, and they are backed up first."
        )
    if standing is Fit.OLDER:
        upgrade(engine)
    elif standing is Fit.NEWER:
        raise Unusable("The database here is of a newer Beacon: use that one.")
    kept = settings.data_dir / f"before-restore-{_dated(utc_now())}"
    backup.back_up(engine, settings.media_dir, kept)
    return kept


def _locked_out(engine: Engine, vault: Vault) -> list[str]:
    """Accounts whose credentials this install's secret key does not open."""
    with read_session(engine) as session:
        accounts = connecting.listing(session)
    names = []
    for account in accounts:
        try:
            vault.open(account.sealed)
        except Unusable:
            names.append(account.name)
    return names


def _tell(back: PutBack, kept: Path | None, locked_out: list[str], *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "made": iso_z(back.made_utc),
                "in_doubt": back.asked,
                "kept": str(kept) if kept else None,
                "other_key": locked_out,
                "paused": True,
            }
        )
        return
    say(f"Put back, as it was at {iso_z(back.made_utc)}. Everything is paused.")
    if kept:
        say(f"What was here before: {kept}")
    if locked_out:
        say(
            f"Another secret key: {', '.join(locked_out)}. Put the key of that time back, or connect "
            "these accounts again."
        )
    posts = "1 post was" if back.asked == 1 else f"{back.asked} posts were"
    say(f"{posts} due by now and may be out already; each is looked up, or you are asked.")
    say("What people changed since then is lost: `beacon post list`, and cancel what must not go out.")
    say("Next: `beacon up`, then `beacon status` until nothing is uncertain, then `beacon resume`.")


def _dated(moment: datetime) -> str:
    return f"beacon-{moment:%Y-%m-%dT%H%M%SZ}.zip"
