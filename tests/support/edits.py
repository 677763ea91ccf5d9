"""A campaign file to edit, and what is asked of an edit and of the desk after it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from campaigns.core.moments import iso_z
from tests.factories.desk import HEAD

if TYPE_CHECKING:
    from campaigns.plan.editing import Edited
    from tests.factories.desk import Desk

TWO = (
    HEAD
    + """\
  - {id: one, text: "One", at: 2027-10-02 09:00}
  - {id: two, text: "Two", at: 2027-10-05 09:00}
"""
)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def said(edited: Edited) -> list[str]:
    return [change.kind for change in edited.changes]


def codes(edited: Edited) -> list[tuple[int, str]]:
    return [(finding.line, finding.code) for finding in edited.findings]


def going(desk: Desk) -> dict[str, str]:
    """When the first delivery of each post goes out."""
    return {row["post"]: iso_z(row["due_utc"]) for row in reversed(desk.waiting())}


def agrees_with_its_file(desk: Desk, slug: str = "wmhd-2027") -> None:
    """Loading what was exported changes nothing."""
    before = desk.everything()
    loaded = desk.load(desk.export(slug))
    assert (loaded.changes, loaded.applied) == ([], True)
    assert desk.everything() == before
