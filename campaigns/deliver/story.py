"""One delivery's whole story: what it says, where it stands and why, every try, what one can do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from campaigns.core.errors import Misuse
from campaigns.core.moments import iso_z
from campaigns.deliver.overview import listed
from campaigns.models import State
from campaigns.models.tables import attempt, audit, part

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlmodel import Session

    from campaigns.deliver.overview import DeliveryRow

_HELP = {
    State.NEEDS_PERSON: (
        "Look whether it is live, then: beacon post settle {id} --live URL",
        "or, if it is not there: beacon post settle {id} --again",
    ),
    State.HELD: ("Let it go now: beacon post now {id}", "or take it out: beacon post cancel {id}"),
    State.MISSED: ("Post it after all: beacon post now {id}",),
    State.FAILED: ("Mend what the platform refused, then: beacon post now {id}",),
    State.PARTLY_OUT: ("Send the rest of the thread: beacon post now {id}",),
}


@dataclass(frozen=True, slots=True)
class PartRow:
    text: str
    content_warning: str | None
    url: str | None
    out_utc: datetime | None


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One call: `outcome` is empty while it is in flight."""

    part: int
    kind: str
    begun_utc: datetime
    ended_utc: datetime | None
    outcome: str
    detail: str


@dataclass(frozen=True, slots=True)
class AuditRow:
    at_utc: datetime
    person: str
    action: str
    detail: str


@dataclass(frozen=True, slots=True)
class Story:
    delivery: DeliveryRow
    parts: Sequence[PartRow]
    attempts: Sequence[AttemptRow]
    people: Sequence[AuditRow]

    @property
    def help(self) -> list[str]:
        """The commands that settle it, if it waits for a person."""
        return [line.format(id=self.delivery.id) for line in _HELP.get(State(self.delivery.state), ())]

    def as_json(self) -> dict[str, Any]:
        return {
            **self.delivery.as_json(),
            "parts": [
                {
                    "text": row.text,
                    "content_warning": row.content_warning,
                    "url": row.url,
                    "out": row.out_utc and iso_z(row.out_utc),
                }
                for row in self.parts
            ],
            "attempts": [
                {
                    "part": row.part,
                    "kind": row.kind,
                    "begun": iso_z(row.begun_utc),
                    "ended": row.ended_utc and iso_z(row.ended_utc),
                    "outcome": row.outcome,
                    "detail": row.detail,
                }
                for row in self.attempts
            ],
            "people": [
                {"at": iso_z(row.at_utc), "person": row.person, "action": row.action, "detail": row.detail}
                for row in self.people
            ],
            "help": self.help,
        }

    def lines(self) -> list[str]:
        """For a terminal."""
        row = self.delivery
        said = [
            f"Post {row.id} of {row.campaign} on {row.account} ({row.platform}): {row.state}",
            f"  due {iso_z(row.due_utc)}, planned for {row.wall} {row.zone}",
        ]
        said += [f"  {row.reason}"] if row.reason else []
        said += [f"  {line}" for line in self.help]
        out_so_far = sum(piece.out_utc is not None for piece in self.parts)
        for number, piece in enumerate(self.parts, start=1):
            asked = row.state == State.NEEDS_PERSON and number == out_so_far + 1
            out = "not out" if not asked else "nobody knows whether it is out"
            if piece.out_utc:
                out = f"out {iso_z(piece.out_utc)} {piece.url}"
            said += ["", f"  Part {number} of {len(self.parts)}, {out}:"]
            said += [f"    CW: {piece.content_warning}"] if piece.content_warning else []
            said += [f"    {line}" for line in piece.text.splitlines()]
        if self.attempts:
            said += ["", "  Attempts:"]
        for call in self.attempts:
            ended = call.outcome or "in flight"
            said.append(
                f"    {iso_z(call.begun_utc)} part {call.part} {call.kind}: {ended} {call.detail}".rstrip()
            )
        if self.people:
            said += ["", "  People:"]
        said += [
            f"    {iso_z(line.at_utc)} {line.person}: {line.action} {line.detail}".rstrip()
            for line in self.people
        ]
        return said


def story(session: Session, delivery_id: int) -> Story:
    """Raises `Misuse` when there is no such delivery."""
    found = listed(session, limit=1, ids=[delivery_id])
    if not found:
        raise Misuse(f"There is no post {delivery_id}; `beacon post list` shows those there are.")
    run = session.connection().execute
    parts = run(select(part).where(part.c.delivery_id == delivery_id).order_by(part.c.place))
    attempts = run(select(attempt).where(attempt.c.delivery_id == delivery_id).order_by(attempt.c.begun_utc))
    people = run(
        select(audit)
        .where(audit.c.subject == str(delivery_id), audit.c.action.startswith("post."))
        .order_by(audit.c.id)
    )
    return Story(
        delivery=found[0],
        parts=[
            PartRow(row.payload["text"], row.payload.get("content_warning"), row.remote_url, row.out_utc)
            for row in parts
        ],
        attempts=[
            AttemptRow(row.place + 1, row.kind, row.begun_utc, row.ended_utc, row.outcome, row.detail)
            for row in attempts
        ],
        people=[AuditRow(row.at_utc, row.person, row.action, row.detail) for row in people],
    )
