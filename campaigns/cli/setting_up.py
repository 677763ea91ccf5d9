"""Makes an install ready, or brings it up to date; harmless when it already is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import select

from campaigns.cli.practising import note_practice_server
from campaigns.core.db import open_engine, write_session
from campaigns.core.folders import private_folder
from campaigns.core.vault import open_vault
from campaigns.deliver import connecting
from campaigns.migrations import pending, upgrade
from campaigns.models import Account
from campaigns.models.defaults import default_organisation

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from campaigns.core.vault import Vault
    from config.settings import Settings

PRACTICE = "practice"


def set_up(settings: Settings, person: str) -> bool:
    """Folders, secret key, database, and the account `practice`, which works with nothing running.

    Returns whether anything had to be done. Raises `Unusable` when the secret key is weak or a folder
    cannot be made.
    """
    if not settings.data_dir.exists():
        private_folder(settings.data_dir)
    private_folder(settings.run_dir)
    private_folder(settings.media_dir)
    vault = open_vault(settings)
    engine = open_engine(settings.database)
    try:
        migrated = pending(engine)
        if migrated:
            upgrade(engine)
        return _practice_account(engine, vault, settings, person) or migrated
    finally:
        engine.dispose()


def _practice_account(engine: Engine, vault: Vault, settings: Settings, person: str) -> bool:
    """Only an install without any account gets one: who removed it does not want it back."""
    from campaigns.platforms.practice.connect import offline_connection

    with write_session(engine) as session:
        default_organisation(session)
        if session.exec(select(Account.id).limit(1)).first() is not None:
            return False
        connection = offline_connection(PRACTICE, server=settings.practice_server)
        connecting.store_connection(
            session, vault, connection, platform=PRACTICE, name=PRACTICE, person=person
        )
        note_practice_server(settings)
        return True
