"""The accounts on this install's own practice platform go along when that takes another port."""

from __future__ import annotations

from typing import TYPE_CHECKING

from campaigns.cli.install import open_install
from campaigns.deliver import connecting

if TYPE_CHECKING:
    from pathlib import Path

    from config.settings import Settings


def practises_here(settings: Settings) -> bool:
    """Whether an account posts to this install's own practice platform."""
    with open_install(settings) as install, install.reading() as session:
        return any(account.server == settings.practice_server for account in connecting.listing(session))


def note_practice_server(settings: Settings) -> None:
    _note(settings).write_text(f"{settings.practice_server}\n", encoding="ascii")


def follow_practice_server(settings: Settings) -> None:
    """Points the accounts that were on it to where it listens now. Nothing of this install may be running,
    since what runs goes on at the old address."""
    note = _note(settings)
    before = note.read_text(encoding="ascii").strip() if note.exists() else ""
    if before and before != settings.practice_server:
        with open_install(settings) as install, install.writing() as session:
            for account in connecting.listing(session):
                if account.server == before:
                    account.server = settings.practice_server
                    account.credentials_version += 1  # so that nobody goes on with the old address
                    session.add(account)
    note_practice_server(settings)


def _note(settings: Settings) -> Path:
    return settings.data_dir / "practice.url"
