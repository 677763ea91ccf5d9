"""The pause gate: every outgoing call begins in a transaction that holds it shared; a pause takes it alone.

So when a pause has committed, whatever began before it is already written down as in flight, and
whatever comes later reads the pause.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from campaigns.core.wire import Wire

_KEY = 0x62656163  # "beac"
_SHARED = f"SELECT pg_advisory_xact_lock_shared({_KEY})"
_ALONE = text(f"SELECT pg_advisory_xact_lock({_KEY})")


def pass_shared(wire: Wire) -> None:
    """Held to the end of the transaction. SQLite's BEGIN IMMEDIATE already holds everyone else off."""
    if wire.dialect.name == "postgresql":
        wire.run(_SHARED)


def take_alone(connection: Connection) -> None:
    """Waits until nobody is in the gate, and keeps it to the end of the transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(_ALONE)
