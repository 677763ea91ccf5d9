"""The tables as Core sees them, for statements over thousands of rows (objects cost 3-9 times more)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, func, literal_column, or_, select
from sqlmodel import SQLModel

import campaigns.models  # noqa: F401 - fills the metadata
from campaigns.models.control import INSTALL, PauseMode
from campaigns.models.states import ACTIVE, State

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Table
    from sqlalchemy.sql.selectable import NamedFromClause


def _table(name: str) -> Table:
    return SQLModel.metadata.tables[name]


account = _table("account")
alert = _table("alert")
attempt = _table("attempt")
audit = _table("audit")
campaign = _table("campaign")
control = _table("control")
delivery = _table("delivery")
draft = _table("draft")
login = _table("login")
media = _table("media")
media_origin = _table("media_origin")
one_time_link = _table("one_time_link")
organisation = _table("organisation")
part = _table("part")
person = _table("person")
post = _table("post")
post_media = _table("post_media")
post_version = _table("post_version")
process = _table("process")
restoration = _table("restoration")
tally = _table("tally")


_ACTIVE_STATES: list[ColumnElement[str]] = [literal_column(f"'{state}'") for state in sorted(ACTIVE)]


def is_active(deliveries: NamedFromClause) -> ColumnElement[bool]:
    """Whether a delivery holds its lane, spelt exactly as the partial indexes spell it.

    A planner uses a partial index only when it can see that the query implies its condition: literals,
    in the same order; with bound parameters SQLite would read the whole table.
    """
    return deliveries.c.state.in_(_ACTIVE_STATES)


def pauses(part: NamedFromClause, deliveries: NamedFromClause) -> ColumnElement[bool]:
    """Whether the pause of a campaign, its queue or an account stops this delivery of it."""
    whole = part.c.paused & ~(part.c.pause_spares_essential & deliveries.c.essential)
    if "queue_paused" not in part.c:
        return whole
    return whole | (part.c.queue_paused & deliveries.c.from_queue)


def leaves_to_do(deliveries: NamedFromClause) -> ColumnElement[bool]:
    """Whether the pause of the whole install leaves something to do for this delivery. A question already
    asked may still be answered in a pause: looking is not sending."""
    mode = func.coalesce(
        select(control.c.mode).where(control.c.scope == INSTALL).scalar_subquery(), PauseMode.NONE
    )
    return or_(
        mode == PauseMode.NONE,
        deliveries.c.state == State.UNCERTAIN,
        and_(mode == PauseMode.CRISIS, deliveries.c.essential),
    )
