"""What a connection to the database is told before anybody uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from campaigns.core.db import open_engine

if TYPE_CHECKING:
    from sqlalchemy import Engine


def plan_of(engine: Engine, statement: str) -> str:
    with engine.connect() as connection:
        return "\n".join(row[0] for row in connection.execute(text(f"EXPLAIN {statement}")))


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_no_statement_is_compiled_however_dear_it_seems(engine: Engine) -> None:
    dear = "SELECT count(*) FROM generate_series(1, 1000000) a, generate_series(1, 1000000) b"
    assert "JIT" not in plan_of(engine, dear)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_who_delivers_finds_a_row_by_its_index_however_small_the_table_seems(
    database_url: str, engine: Engine
) -> None:
    one = "SELECT name FROM account WHERE id = 1"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE account"))
    delivering = open_engine(database_url, by_index=True)
    try:
        assert "Index Scan using account_pkey" in plan_of(delivering, one)
    finally:
        delivering.dispose()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_who_delivers_keeps_one_plan_for_every_value(database_url: str) -> None:
    delivering = open_engine(database_url, by_index=True)
    try:
        with delivering.connect() as connection:
            connection.execute(text("PREPARE next (bigint) AS SELECT $1 + 1"))
            plan = connection.execute(text("EXPLAIN (VERBOSE) EXECUTE next (1)")).scalars().all()
        assert any("$1 + " in line for line in plan)
    finally:
        delivering.dispose()
