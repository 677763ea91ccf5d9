"""What an outcome makes of a delivery: the arrows of the state machine, without the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from campaigns.deliver.outcome import (
    Again,
    AskPerson,
    Disconnected,
    No,
    NotSeen,
    Out,
    Unknown,
    Uploaded,
)
from campaigns.models import WAITING, State, check_arrow, stopped

if TYPE_CHECKING:
    from datetime import datetime

    from campaigns.deliver.outcome import Outcome

Row: TypeAlias = Mapping[str, Any]
"""A delivery's state, version, cursor, fence, absences, unclear_utc and due_utc, its lane's `lane_fence`,
and how many `parts` it has."""

BREAKER_SECONDS = timedelta(seconds=60)
"""How long a breaker stays open before the platform's cheapest read is tried."""

LONGEST_REASON = 1000


def storable(reason: str, most: int = LONGEST_REASON) -> str:
    """A platform's words as any database takes them: no NUL, no half of a surrogate pair, not too long."""
    return reason.replace("\0", "").encode("utf-8", "replace").decode("utf-8")[:most]


class Told(Protocol):
    """What is reported, and by whom."""

    @property
    def delivery_id(self) -> int: ...
    @property
    def place(self) -> int: ...
    @property
    def version(self) -> int: ...
    @property
    def fence(self) -> int: ...
    @property
    def outcome(self) -> Outcome: ...


@dataclass(slots=True)
class Change:
    """The delivery row after the outcome; None keeps a column as it was."""

    id: int
    state: State
    reason: str = ""
    cursor: int = 0
    wake: datetime | None = None
    unclear: datetime | None = None
    published: datetime | None = None
    absences: int = 0
    fresh_part: bool = False
    untried: bool = False

    def as_row(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "state": self.state,
            "reason": storable(self.reason),
            "cursor": self.cursor,
            "wake": self.wake,
            "unclear": self.unclear,
            "published": self.published,
            "absences": self.absences,
            "fresh": self.fresh_part,
            "untried": self.untried,
        }

    def seen(self) -> dict[str, Any]:
        """The row as a later outcome of the same transaction finds it."""
        return {
            "state": self.state,
            "cursor": self.cursor,
            "absences": self.absences,
            "unclear_utc": self.unclear,
        }


def change_by(told: Told, row: Row, now: datetime) -> Change | None:
    """None when this outcome is no longer asked for: another owner has taken over, or a person settled it."""
    state = State(row["state"])
    if state in WAITING:  # it came before any send: an upload, or a part given up
        allowed = (row["lane_fence"], row["version"]) == (told.fence, told.version)
    else:
        allowed = state in {State.SUBMITTING, State.UNCERTAIN} and row["fence"] == told.fence
    if not allowed or row["cursor"] != told.place:
        return None
    change = Change(
        told.delivery_id, state, cursor=row["cursor"], absences=row["absences"], unclear=row["unclear_utc"]
    )
    _FOLLOW[type(told.outcome)](change, told.outcome, row, now)
    if change.state is not state:
        check_arrow(state, change.state)
    return change


def _out(change: Change, _outcome: Out, row: Row, now: datetime) -> None:
    change.cursor += 1
    change.fresh_part = True
    change.absences, change.unclear, change.wake = 0, None, now
    if change.cursor == row["parts"]:
        change.state, change.published = State.PUBLISHED, now
    else:
        change.state = State.SCHEDULED


def _again(change: Change, outcome: Again, row: Row, _now: datetime) -> None:
    change.untried = outcome.unsent and row["state"] == State.SUBMITTING  # else nothing was counted
    change.state, change.wake, change.reason = State.RETRY_WAIT, outcome.at, outcome.reason
    change.absences, change.unclear = 0, None


def _unknown(change: Change, outcome: Unknown, row: Row, now: datetime) -> None:
    change.state, change.wake, change.reason = State.UNCERTAIN, outcome.at, outcome.reason
    change.unclear, change.absences = row["unclear_utc"] or now, 0
    if outcome.sick:
        change.unclear = _younger(change.unclear, now)


def _no(change: Change, outcome: No, row: Row, _now: datetime) -> None:
    change.state, change.reason = stopped(State.FAILED, row["cursor"]), outcome.reason


def _disconnected(change: Change, outcome: Disconnected, _row: Row, now: datetime) -> None:
    change.state = State.UNCERTAIN if outcome.unknown else State.RETRY_WAIT
    change.wake, change.reason = now, outcome.reason


def _ask_person(change: Change, outcome: AskPerson, _row: Row, _now: datetime) -> None:
    change.state, change.reason = State.NEEDS_PERSON, outcome.reason


def _not_seen(change: Change, outcome: NotSeen, row: Row, now: datetime) -> None:
    change.state, change.wake, change.reason = State.UNCERTAIN, outcome.at, outcome.reason
    change.absences = row["absences"] + 1 if outcome.absent else row["absences"]
    if outcome.sick and row["unclear_utc"]:
        change.unclear = _younger(row["unclear_utc"], now)


def _younger(unclear: datetime, now: datetime) -> datetime:
    """The time of an open breaker does not count against a question's limit. Never into the future, which
    the sweeper takes for a wall clock that was set back."""
    return min(unclear + BREAKER_SECONDS, now)


def _uploaded(change: Change, outcome: Uploaded, row: Row, now: datetime) -> None:
    change.wake = max(row["due_utc"], now) if outcome.complete else now


_FOLLOW: dict[type, Any] = {
    Out: _out,
    Again: _again,
    Unknown: _unknown,
    No: _no,
    Disconnected: _disconnected,
    AskPerson: _ask_person,
    NotSeen: _not_seen,
    Uploaded: _uploaded,
}
