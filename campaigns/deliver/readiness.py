"""Whether posts would go out, and what is missing where they would not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from campaigns.deliver.overview import UP_WITHIN
from campaigns.models.tables import process

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

NEEDED = ("clock", "worker")


def lacking(session: Session, now: datetime) -> list[str]:
    """Of broker, clock and worker, those that are missing; a broker counts as reached where one of each
    kind reaches it."""
    up = session.connection().execute(select(process).where(process.c.seen_utc > now - UP_WITHIN)).all()
    kinds = {row.kind for row in up}
    reached = {row.kind for row in up if not row.lacks}
    cut_off = any(kind in kinds and kind not in reached for kind in NEEDED)
    return [*(["broker"] if cut_off else []), *(kind for kind in NEEDED if kind not in kinds)]
