"""Deliveries counted by state, each state as one stretch of an index: a fraction of what grouping costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from campaigns.models.states import State
from campaigns.models.tables import delivery

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Label, RowMapping, Select


def counts(*of: ColumnElement[bool], most: int | None = None) -> list[Label[int]]:
    """A column for each state, named by it: how many deliveries of these stand there. Together with the
    state, `of` should be the beginning of an index. Nothing is counted beyond one more than `most`."""
    return [
        _count(delivery.c.state == state, *of, most=most).scalar_subquery().label(state) for state in State
    ]


def _count(*of: ColumnElement[bool], most: int | None) -> Select[int]:
    if most is None:
        return select(func.count()).where(*of)
    first = select(delivery.c.id).where(*of).limit(most + 1).subquery()
    return select(func.count()).select_from(first)


def occurring(row: RowMapping) -> dict[str, int]:
    """Of a row with these columns the states in which anything stands."""
    return {state: row[state] for state in State if row[state]}
