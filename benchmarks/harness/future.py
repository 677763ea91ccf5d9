"""Millions of rows that are due much later, written as fast as the database takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from benchmarks.harness import planning
from benchmarks.harness.work import Work
from campaigns.models.tables import delivery, part

if TYPE_CHECKING:
    from sqlalchemy import Engine, Table
    from sqlalchemy.engine import Connection

    from benchmarks.harness.planning import Ground

TOMORROW = 86_400  # seconds
YEAR = 365 * 86_400

_COUNTED = {  # from 1 to count - 1
    "postgresql": "SELECT generate_series(1, :count - 1) AS n",
    "sqlite": (
        "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count - 1) "
        "SELECT n FROM numbers"
    ),
}
_MOMENT = {  # as each stores an instant
    "postgresql": "pattern.due_utc + n * CAST(:step AS double precision) * interval '1 second'",
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f000', pattern.due_utc, (n * :step) || ' seconds')",
}
_WALL = {  # the clock moves what does not agree with its wall time
    "postgresql": "to_char(({}) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')",
    "sqlite": "{}",
}


def fill(database: Engine, ground: Ground, count: int) -> None:
    """So many deliveries of one recurring post, each with its part, spread over the accounts and a year."""
    planning.plan(database, ground, Work(1, 1), TOMORROW)
    dialect = database.dialect.name
    secondary = [index for table in (delivery, part) for index in table.indexes]
    with database.connect() as connection:
        _hurry(connection, dialect)
        for index in secondary:
            index.drop(connection)
        _multiply(
            connection,
            delivery,
            {
                "id": "pattern.id + n",
                "account_id": "pattern.account_id + n % :accounts",
                "occurrence": "CAST(n AS text)",
                "due_utc": _MOMENT[dialect],
                "wake_utc": _MOMENT[dialect],
                "wall": _WALL[dialect].format(_MOMENT[dialect]),
            },
            {"count": count, "accounts": len(ground.accounts), "step": YEAR / count},
        )
        _multiply(connection, part, {"delivery_id": "pattern.delivery_id + n"}, {"count": count})
        for index in secondary:
            index.create(connection)
        connection.commit()


def _hurry(connection: Connection, dialect: str) -> None:
    """The rows refer to what is there, so nobody has to look; indexes are built from all rows at once."""
    if dialect == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("SET LOCAL maintenance_work_mem = '1GB'"))
        return
    connection.rollback()  # SQLite takes this only outside a transaction
    cursor = connection.connection.cursor()
    cursor.execute("PRAGMA foreign_keys=OFF")
    cursor.execute("PRAGMA cache_size=-400000")


def _multiply(connection: Connection, table: Table, counted: dict[str, str], asked: dict[str, Any]) -> None:
    """Copies the table's only row, all but the counted columns."""
    same = [column.name for column in table.columns if column.name not in counted]
    names = ", ".join(f'"{name}"' for name in [*counted, *same])
    values = ", ".join([*counted.values(), *(f'pattern."{name}"' for name in same)])
    numbers = _COUNTED[connection.dialect.name]
    connection.execute(text(f"CREATE TEMPORARY TABLE pattern AS SELECT * FROM {table.name}"))  # noqa: S608 - our names
    connection.execute(
        text(f"INSERT INTO {table.name} ({names}) SELECT {values} FROM pattern, ({numbers}) AS counted"),  # noqa: S608 - our own names
        asked,
    )
    connection.execute(text("DROP TABLE pattern"))
