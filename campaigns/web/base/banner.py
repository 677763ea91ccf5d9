"""What every page says while posts are paused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from campaigns.deliver.pause import Scope, in_flight
from campaigns.models import INSTALL, Control, PauseMode

if TYPE_CHECKING:
    from sqlmodel import Session


@dataclass(frozen=True, slots=True)
class Banner:
    """A pause: whose, since when, and how many calls that had begun before it have not ended."""

    mode: PauseMode
    person: str
    since_utc: datetime | None
    in_flight: int


def banner(session: Session) -> Banner | None:
    """None while posts go out."""
    control = session.get(Control, INSTALL)
    if control is None or control.mode == PauseMode.NONE:
        return None
    mode = PauseMode(control.mode)
    return Banner(mode, control.person, control.since_utc, len(in_flight(session, Scope(mode=mode))))
