"""Statements written once: SQLAlchemy compiles them, a `Wire` runs them."""

from __future__ import annotations

import json
from collections import namedtuple
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Text,
    any_,
    bindparam,
    cast,
    column,
    func,
    insert,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Dialect, Table
    from sqlalchemy.sql.base import Executable
    from sqlalchemy.sql.compiler import SQLCompiler

    from campaigns.core.wire import Wire


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement in one dialect. `order`: its parameters by place; None: by name."""

    sql: str
    order: tuple[str, ...] | None
    inward: tuple[tuple[str, Callable[[Any], Any]], ...]  # what a value needs before the driver takes it
    fixed: dict[str, Any]
    outward: tuple[tuple[int, Callable[[Any], Any]], ...]
    row: Callable[[Any], Any]

    def bound(self, values: Mapping[str, Any]) -> Any:
        given = {**self.fixed, **values}
        for name, change in self.inward:
            given[name] = change(given[name])
        return given if self.order is None else [given[name] for name in self.order]

    def read(self, found: Sequence[Any]) -> Any:
        if not self.outward:
            return self.row(found)
        values = list(found)
        for place, change in self.outward:
            values[place] = change(values[place])
        return self.row(values)


class Statement:
    """A Core statement; its rows are named tuples, with the names of its columns."""

    def __init__(self, clause: Executable) -> None:
        self._clause = clause
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, wire: Wire, **values: Any) -> list[Any]:
        compiled = self._in(wire.dialect)
        return [compiled.read(found) for found in wire.run(compiled.sql, compiled.bound(values)).fetchall()]

    def scalar(self, wire: Wire, **values: Any) -> Any:
        """The first column of the first row; None where there is none."""
        found = self.rows(wire, **values)
        return found[0][0] if found else None

    def run(self, wire: Wire, **values: Any) -> int:
        """Returns how many rows it changed."""
        compiled = self._in(wire.dialect)
        return wire.run(compiled.sql, compiled.bound(values)).rowcount

    def run_each(self, wire: Wire, rows: Sequence[Mapping[str, Any]]) -> None:
        compiled = self._in(wire.dialect)
        wire.run_each(compiled.sql, [compiled.bound(row) for row in rows])

    def _in(self, dialect: Dialect) -> _Compiled:
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = self._compiled[dialect.name] = _compile(self._clause, dialect)
        return compiled


class ManyRows:
    """One statement for many rows: `build` gets the values of a row as columns or parameters.

    SQLite runs it row by row, which costs it next to nothing. PostgreSQL gets all rows in one JSON document,
    and so plans, locks and answers once; rows that name the same target (by their first `identity`
    columns) one after the other, since one UPDATE changes a row only once.
    """

    def __init__(
        self, build: Callable[[Any], Executable], columns: Mapping[str, Any], *, identity: int = 1
    ) -> None:
        self._identity = list(columns)[:identity]
        given = SimpleNamespace(**{name: bindparam(name, type_=kind) for name, kind in columns.items()})
        document = cast(bindparam("rows", type_=Text), JSON)
        table: Any = func.json_to_recordset(document).table_valued(
            *(column(name, kind) for name, kind in columns.items())
        )
        self._each = Statement(build(given))
        self._all = Statement(build(table.render_derived(name="given", with_types=True).c))

    def run(self, wire: Wire, rows: Sequence[Mapping[str, Any]]) -> None:
        if not rows:
            return
        if wire.dialect.name == "sqlite":
            self._each.run_each(wire, rows)
            return
        apart = len({tuple(row[name] for name in self._identity) for row in rows}) == len(rows)
        for batch in [rows] if apart else [[row] for row in rows]:
            self._all.run(wire, rows=json.dumps(batch, default=str))


def _compile(clause: Any, dialect: Dialect) -> _Compiled:
    compiled = clause.compile(dialect=dialect)
    kinds = {name: parameter.type for parameter, name in compiled.bind_names.items()}
    inward = {name: kind.dialect_impl(dialect).bind_processor(dialect) for name, kind in kinds.items()}
    known = {
        name: value
        for name, value in compiled.construct_params(_check=False).items()
        if not compiled.binds[name].required
    }
    columns = list(clause.exported_columns) if clause.is_select or clause.exported_columns else []
    outward = (
        (place, one.type.dialect_impl(dialect).result_processor(dialect, None))
        for place, one in enumerate(columns)
    )
    return _Compiled(
        sql=str(compiled),
        order=tuple(compiled.positiontup) if compiled.positional else None,
        inward=tuple((name, change) for name, change in inward.items() if change and name not in known),
        fixed={name: inward[name](value) if inward[name] else value for name, value in known.items()},
        outward=tuple((place, change) for place, change in outward if change),
        row=_row_of([one.key for one in columns]),
    )


def _row_of(names: list[str]) -> Callable[[Any], Any]:
    make: Callable[..., Any] = namedtuple  # noqa: PYI024 - its columns are known only now
    return make("Row", names, rename=True)._make  # type: ignore[no-any-return]


def insert_into(table: Table) -> ManyRows:
    """Inserts whole rows, given by the names of the table's columns."""
    kinds = {one.name: one.type for one in table.columns}
    return ManyRows(
        lambda given: insert(table).from_select(
            list(kinds), select(*(getattr(given, name) for name in kinds))
        ),
        kinds,
    )


class _Among(ColumnElement[bool]):
    inherit_cache = False

    def __init__(self, among: ColumnElement[Any], name: str) -> None:
        self.postgresql = among == any_(bindparam(name, type_=ARRAY(BigInteger)))
        listed: Any = func.json_each(bindparam(name, type_=JSON)).table_valued("value")
        self.sqlite = among.in_(select(listed.c.value))


def among(whole_numbers: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """`IN` a list of any length given as the parameter `name`: one text of SQL whatever its length."""
    return _Among(whole_numbers, name)


@compiles(_Among)
def _among(element: _Among, compiler: SQLCompiler, **how: Any) -> str:
    return compiler.process(getattr(element, compiler.dialect.name), **how)
