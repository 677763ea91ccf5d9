"""Rows that may be there already: the same statement on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlmodel import Session, SQLModel


def insert_if_absent(
    session: Session,
    table: type[SQLModel],
    rows: Sequence[Mapping[str, Any]],
    *,
    returning: Sequence[str] = (),
) -> list[tuple[Any, ...]]:
    """Inserts rows, leaving alone those whose unique key another process has already taken.

    Returns the columns named in `returning` of the rows that it inserted, in no order.
    """
    if not rows:
        return []
    columns = table.__table__.c  # type: ignore[attr-defined]  # SQLModel types only what it declares
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = insert(table).on_conflict_do_nothing()
    connection = session.connection()
    if not returning:
        connection.execute(statement, list(rows))
        return []
    made = connection.execute(statement.returning(*(columns[name] for name in returning)), list(rows))
    return [tuple(row) for row in made]
