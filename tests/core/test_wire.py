"""The driver's own connection and the statements that run on it, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import BigInteger, String, func, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError

from campaigns.core.db import open_engine
from campaigns.core.moments import UtcDateTime
from campaigns.core.statements import ManyRows, Statement, among, insert_into
from campaigns.core.wire import open_wire
from campaigns.models.tables import organisation

if TYPE_CHECKING:
    from sqlalchemy import Engine

BORN = datetime(2027, 10, 10, 8, tzinfo=UTC)
ADD = insert_into(organisation)
ALL = Statement(select(*organisation.c["id", "slug", "name", "created_utc"]).order_by(organisation.c.id))
RENAME = ManyRows(
    lambda its: (
        update(organisation)
        .where(organisation.c.id == its.id)
        .values(name=its.name, created_utc=func.coalesce(its.born, organisation.c.created_utc))
    ),
    {"id": BigInteger(), "name": String(), "born": UtcDateTime()},
)


def rows(*ids: int) -> list[dict[str, Any]]:
    return [
        {
            **dict.fromkeys(organisation.c.keys()),
            "id": one,
            "slug": f"s{one}",
            "name": f"n{one}",
            "created_utc": BORN,
        }
        for one in ids
    ]


def test_rows_come_back_with_their_names_and_python_types(engine: Engine) -> None:
    with open_wire(engine, writes=True) as wire:
        ADD.run(wire, rows(1, 2))
    with open_wire(engine) as wire:
        found = ALL.rows(wire)
    assert [(row.id, row.slug, row.created_utc) for row in found] == [(1, "s1", BORN), (2, "s2", BORN)]


def test_what_was_not_finished_is_not_written(engine: Engine) -> None:
    class StopError(Exception):
        pass

    def half_of_it() -> None:
        with open_wire(engine, writes=True) as wire:
            ADD.run(wire, rows(1))
            raise StopError

    with pytest.raises(StopError):
        half_of_it()
    with open_wire(engine) as wire:
        assert ALL.rows(wire) == []


def test_an_error_has_sqlalchemys_name_and_holds_no_values(engine: Engine) -> None:
    with open_wire(engine, writes=True) as wire:
        ADD.run(wire, rows(1))
    with pytest.raises(IntegrityError) as raised, open_wire(engine, writes=True) as wire:
        ADD.run(wire, [{**rows(1)[0], "name": "somebody's own words"}])
    assert raised.value.statement is not None
    assert raised.value.statement.startswith("INSERT")
    assert raised.value.params is None
    with open_wire(engine) as wire:  # and the connection is as good as new
        assert [row.name for row in ALL.rows(wire)] == ["n1"]


def test_rows_that_name_the_same_target_are_applied_in_turn(engine: Engine) -> None:
    with open_wire(engine, writes=True) as wire:
        ADD.run(wire, rows(1, 2))
        RENAME.run(
            wire,
            [
                {"id": 1, "name": "a", "born": BORN.replace(year=2028)},
                {"id": 2, "name": "b", "born": None},
                {"id": 1, "name": "c", "born": None},
            ],
        )
    with open_wire(engine) as wire:
        assert [(row.name, row.created_utc.year) for row in ALL.rows(wire)] == [("c", 2028), ("b", 2027)]


def test_a_list_of_any_length_is_one_text_of_sql(engine: Engine) -> None:
    some = Statement(select(organisation.c.id).where(among(organisation.c.id, "ids")))
    with open_wire(engine, writes=True) as wire:
        ADD.run(wire, rows(*range(1, 101)))
        for wanted in ([], [7], list(range(50, 101)), [5, 2**40]):
            assert {row.id for row in some.rows(wire, ids=wanted)} == {one for one in wanted if one <= 100}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(name=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=200))
def test_any_text_arrives_as_it_was_sent(engine: Engine, name: str) -> None:
    with open_wire(engine, writes=True) as wire:
        wire.run("DELETE FROM organisation")
        ADD.run(wire, rows(1))
        RENAME.run(wire, [{"id": 1, "name": name, "born": None}])
        assert ALL.rows(wire)[0].name == name


def test_a_reader_sees_what_was_committed_meanwhile(engine: Engine) -> None:
    with open_wire(engine) as reading:
        assert ALL.rows(reading) == []
        with open_wire(engine, writes=True) as wire:
            ADD.run(wire, rows(1))
        assert len(ALL.rows(reading)) == 1


def test_a_connection_that_broke_is_replaced(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        return  # a file has no connection to break
    with open_wire(engine) as wire:
        pid = wire.run("SELECT pg_backend_pid()").fetchall()[0][0]
    with engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    with pytest.raises(OperationalError), open_wire(engine) as wire:
        wire.run("SELECT 1")
    with open_wire(engine) as wire:
        assert wire.run("SELECT pg_backend_pid()").fetchall()[0][0] != pid


def test_a_database_that_cannot_be_reached_has_sqlalchemys_name_too() -> None:
    nobody = open_engine("postgresql+psycopg://nobody@127.0.0.1:1/none")
    with pytest.raises(OperationalError), open_wire(nobody):
        pytest.fail("nobody listens there")
