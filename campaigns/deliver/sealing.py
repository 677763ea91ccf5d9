"""Whether a host has the secret key with which this install's credentials were sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from campaigns.core.errors import Unusable
from campaigns.models import AccountState
from campaigns.models.tables import account

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from campaigns.core.vault import Vault

ENOUGH = 20
"""So many accounts are tried; one that opens is enough: others may wait to be connected again."""


def refuse_another_key(database: Engine, vault: Vault) -> None:
    """Raises `Unusable` where not one account's credentials open: this host was given another key."""
    query = (
        select(account.c.sealed)
        .where(account.c.state != AccountState.REMOVED, account.c.sealed != "")
        .order_by(account.c.id.desc())
        .limit(ENOUGH)
    )
    with database.connect() as connection:
        sealed = connection.execute(query).scalars().all()
    if sealed and not any(_opens(vault, one) for one in sealed):
        raise Unusable(
            "This host's secret key is not the one with which this install's accounts were connected: give "
            "it the same BEACON_SECRET_KEY or BEACON_SECRET_KEY_FILE as the other hosts, or, if that key "
            "is lost, connect the accounts again with `beacon account connect`."
        )


def _opens(vault: Vault, sealed: str) -> bool:
    try:
        vault.open(sealed)
    except Unusable:
        return False
    return True
