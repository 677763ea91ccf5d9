"""A campaign file to load and load again, and what a load says it changed."""

from __future__ import annotations

from tests.factories.desk import HEAD

THREE = (
    HEAD
    + """\
  - text: "One"
    at: 2027-10-02 09:00
  - text: "Two"
    at: 2027-10-03 09:00
  - text: "Three"
    at: 2027-10-05 09:00
"""
)


def kinds(loaded: object) -> list[str]:
    return [change.kind for change in loaded.changes]  # type: ignore[attr-defined]  # a Loaded
