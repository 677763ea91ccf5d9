"""Deliveries counted by state, each state as one stretch of an index: a fraction of what grouping costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from campaigns.models.states import State
from campaigns.models.tables import delivery

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Label, RowMapping


def counts(*of: ColumnElement[bool]) -> list[Label[int]]:
    """A column for each state, named by it: how many deliveries of these stand there. Together with the
    state, `of` should be the beginning of an index."""
    return [
        select(func.count()).where(*of, delivery.c.state == state).scalar_subquery().label(state)
        for state in State
    ]


def occurring(row: RowMapping) -> dict[str, int]:
    """Of a row with these columns the states in which anything stands."""
    return {state: row[state] for state in State if row[state]}
