"""The wall clock was set back: how long ago something before that began, nobody can say any more."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import case, insert, or_, select, update

from campaigns.core.db import writing
from campaigns.core.statements import Statement
from campaigns.core.wire import open_wire
from campaigns.models import INSTALL
from campaigns.models.tables import control

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine

NOTICED_WITHIN = timedelta(minutes=1)
"""Every process that runs notices within a second or two; until then it writes down the old time."""

_SHOWN = Statement(select(control.c.set_back_utc).where(control.c.scope == INSTALL))


def remember_set_back(database: Engine, shown: datetime) -> None:
    """`shown`: what the clock showed before. The latest such time is kept."""
    later = or_(control.c.set_back_utc.is_(None), control.c.set_back_utc < shown)
    with writing(database) as connection:
        known = connection.execute(
            update(control)
            .where(control.c.scope == INSTALL)
            .values(set_back_utc=case((later, shown), else_=control.c.set_back_utc))
        ).rowcount
        if not known:
            connection.execute(insert(control).values(scope=INSTALL, set_back_utc=shown))


def age_is_known(database: Engine, began: datetime) -> bool:
    """Whether the time since `began` can be told by the wall clock: it was not set back after that."""
    with open_wire(database) as wire:
        shown: datetime | None = _SHOWN.scalar(wire)
    return shown is None or began > shown + NOTICED_WITHIN
