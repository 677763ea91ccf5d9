"""What a cell of the calendar says of a post, worked out once: a week has hundreds of them, and a template
that asks function after function takes longer over each than the database does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from campaigns.core.moments import iso_z
from campaigns.models import State
from campaigns.web.base.words import STATE_TONES, STATE_WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from campaigns.deliver.entries import Entry
    from campaigns.web.base.times import Times
    from campaigns.web.base.visit import Visit

_NAMED = 40
"""Characters of a post by which its Move button is told from the others."""


@dataclass(frozen=True, slots=True)
class Line:
    entry: Entry  # for what only a list says of it
    id: int  # of a delivery that stands for all of the post's
    state: State
    tone: str
    word: str  # the state's
    due: str  # ISO 8601, UTC
    at: str  # HH:MM in the zone that is shown
    clock: str  # the same as its reader writes it
    text: str
    accounts: str
    close: str  # a sentence when another post goes out within minutes; else empty
    move: str  # what its Move button is called; empty when it cannot be moved
    move_to: str  # where that leads


def liner(
    visit: Visit, times: Times, query: str, *, may_move: bool
) -> Callable[[Iterable[Entry]], list[Line]]:
    """Makes the lines of a cell; `times` speaks in the zone that is shown, `query` leads back here."""
    zone = ZoneInfo(times.zone)
    words = {state: visit.say(word) for state, word in STATE_WORDS.items()}
    no_text, move = visit._("(no text)"), visit._("Move: %(text)s")

    def line(entry: Entry) -> Line:
        local, state, text = entry.due_utc.astimezone(zone), entry.state, entry.text or no_text
        shares = entry.shares
        return Line(
            entry,
            shares[0].delivery_id,
            state,
            STATE_TONES[state],
            words[state],
            iso_z(entry.due_utc),
            f"{local.hour:02}:{local.minute:02}",
            times.wall(local),
            text,
            f"{shares[0].account} +{len(shares) - 1}" if len(shares) > 1 else shares[0].account,
            close_note(visit, entry),
            move % {"text": _short(text)} if may_move and entry.movable else "",
            f"/calendar/move/{shares[0].delivery_id}?{query}",
        )

    return lambda entries: [line(entry) for entry in entries]


def close_note(visit: Visit, entry: Entry) -> str:
    if not entry.close:
        return ""
    return visit._(
        "Another post goes out within minutes of it on %(accounts)s.", accounts=", ".join(entry.close)
    )


def _short(text: str) -> str:
    return text if len(text) <= _NAMED else f"{text[: _NAMED - 1]}…"
