"""Stretches of time as a table in SQL, such as the days of a month, and what stands in each as a list.

Both travel as JSON: a `VALUES` of so many rows would be compiled anew for each calendar, which takes longer
than the query itself.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, DateTime, Text, bindparam, cast, func, literal_column, select, type_coerce
from sqlalchemy.dialects.postgresql import JSONB

from campaigns.core.moments import UtcDateTime

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import CTE, ColumnElement, Dialect


def stretches(dialect: Dialect, each: Sequence[tuple[datetime, datetime]]) -> CTE:
    """A row for each, with its `number` from 0, `since` and `until`."""
    stored = UtcDateTime().bind_processor(dialect) or str
    document = bindparam(
        "stretches", json.dumps([[str(stored(bound)) for bound in one] for one in each]), type_=Text
    )
    rows: Any
    since: Any
    until: Any
    if dialect.name == "sqlite":
        rows = func.json_each(document).table_valued("key", "value", name="each_stretch")
        since, until = (func.json_extract(rows.c.value, literal_column(f"'$[{n}]'")) for n in (0, 1))
        number = rows.c.key
    else:
        rows = (
            func.jsonb_array_elements(cast(document, JSONB))
            .table_valued("value", with_ordinality="key", name="each_stretch")
            .render_derived()
        )
        since, until = (
            cast(rows.c.value.op("->>")(literal_column(n)), DateTime(timezone=True)) for n in ("0", "1")
        )
        number = rows.c.key - 1
    return select(
        number.label("number"),
        type_coerce(since, UtcDateTime).label("since"),
        type_coerce(until, UtcDateTime).label("until"),
    ).cte("stretch")


def as_list(dialect: Dialect, column: ColumnElement[int]) -> ColumnElement[list[int] | None]:
    """All values of a column in one, in the order of the rows it is asked of; of no rows it may be None."""
    gather = func.json_group_array if dialect.name == "sqlite" else func.jsonb_agg
    return gather(column, type_=JSON)
