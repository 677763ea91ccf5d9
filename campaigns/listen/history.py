"""The alerts that stand, and those that were: for a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from campaigns.core.moments import iso_z
from campaigns.listen import words
from campaigns.models.tables import alert

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlmodel import Session

SHOWN = 200


@dataclass(frozen=True, slots=True)
class AlertRow:
    what: str
    raised_utc: datetime
    over_utc: datetime | None
    state: str
    tries: int
    told_utc: datetime | None
    trouble: str

    def as_json(self) -> dict[str, Any]:
        return {
            "what": self.what,
            "raised": iso_z(self.raised_utc),
            "over": self.over_utc and iso_z(self.over_utc),
            "state": self.state,
            "tries": self.tries,
            "told": self.told_utc and iso_z(self.told_utc),
            "trouble": self.trouble,
        }


def counted(session: Session) -> dict[str, int]:
    """The alerts that stand, by state."""
    query = select(alert.c.state, func.count()).where(alert.c.over_utc.is_(None)).group_by(alert.c.state)
    return {row[0]: row[1] for row in session.connection().execute(query)}


def listed(session: Session, *, every: bool = False, limit: int = SHOWN) -> Sequence[AlertRow]:
    """The latest first; without `every`, what stands only."""
    wanted = select(alert).order_by(alert.c.id.desc()).limit(limit)
    if not every:
        wanted = wanted.where(alert.c.over_utc.is_(None))
    return [
        AlertRow(
            what=words.headline(row.kind, row.facts, row.event),
            raised_utc=row.raised_utc,
            over_utc=row.over_utc,
            state=row.state,
            tries=row.tries,
            told_utc=row.told_utc,
            trouble=row.trouble,
        )
        for row in session.connection().execute(wanted)
    ]
