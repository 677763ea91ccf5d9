"""Rows that may be there already: the same statement on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlmodel import Session, SQLModel


def insert_if_absent(session: Session, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts rows, leaving alone those whose unique key another process has already taken."""
    if not rows:
        return
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    session.connection().execute(insert(table).on_conflict_do_nothing(), list(rows))
