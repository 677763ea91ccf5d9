"""One delivery's whole story: what it says, where it stands and why, every try, what one can do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from campaigns.core.errors import Misuse
from campaigns.core.moments import iso_z
from campaigns.deliver.overview import listed
from campaigns.deliver.verdict import may_pass
from campaigns.models import ASKING, INSTALL, PauseMode, State
from campaigns.models.tables import account, attempt, audit, campaign, control, delivery, part, pauses

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
    State.MISSED: (
        "Post it after all: beacon post now {id}",
        "or put it away: beacon post cancel {id}",
    ),
    State.FAILED: (
        "Mend what the platform refused, load the file again, then: beacon post now {id}",
        "or put it away: beacon post cancel {id}",
    ),
    State.PARTLY_OUT: (
        "Send the rest of the thread: beacon post now {id}",
        "or put it away as it is: beacon post cancel {id}",
    ),
}


@dataclass(frozen=True, slots=True)
class PartRow:
    text: str
    content_warning: str | None
    url: str | None
    out_utc: datetime | None


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One call: `outcome` is empty while it is in flight; the log knows it by its `id`."""

    id: str
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
    stopped_by: str  # the pause that stops it just now, in a sentence; empty: none

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
                    "attempt": row.id,
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
            "stopped_by": self.stopped_by,
        }

    def question(self) -> list[str]:
        """For somebody who has to decide: what it says, what happened, what is known, what one can do."""
        row = self.delivery
        last = self.attempts[-1] if self.attempts else None
        known = [f"  last try {iso_z(last.begun_utc)}: {last.outcome} {last.detail}".rstrip()] if last else []
        return [
            f"Post {row.id} of {row.campaign} on {row.account} ({row.platform}): {row.state}",
            f"  {row.text}",
            f"  due {iso_z(row.due_utc)}. {row.reason}".rstrip(),
            *known,
            *(f"  {line}" for line in (*self.help, self.stopped_by) if line),
        ]

    def headline(self) -> list[str]:
        """For a terminal: where it stands, why, and what one can do."""
        row = self.delivery
        return [
            f"Post {row.id} of {row.campaign} on {row.account} ({row.platform}): {row.state}",
            f"  due {iso_z(row.due_utc)}, planned for {row.wall} {row.zone}",
            *(f"  {line}" for line in (row.reason, self.stopped_by, *self.help) if line),
        ]

    def lines(self) -> list[str]:
        """For a terminal: everything."""
        row, said = self.delivery, self.headline()
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
        raise Misuse(
            "There is no post %(post)s; `beacon post list` shows those there are.",
            post=str(delivery_id),
        )
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
            AttemptRow(row.id, row.place + 1, row.kind, row.begun_utc, row.ended_utc, row.outcome, row.detail)
            for row in attempts
        ],
        people=[AuditRow(row.at_utc, row.person, row.action, row.detail) for row in people],
        stopped_by=_stopped_by(session, delivery_id),
    )


def questions(session: Session, limit: int = 100) -> list[Story]:
    """Everything that waits for a person, the earliest first."""
    waiting = (
        select(delivery.c.id)
        .where(delivery.c.state.in_(sorted(ASKING)))
        .order_by(delivery.c.due_utc, delivery.c.id)
        .limit(limit)
    )
    return [story(session, delivery_id) for delivery_id in session.connection().execute(waiting).scalars()]


def _stopped_by(session: Session, delivery_id: int) -> str:
    run = session.connection().execute
    its = run(
        select(
            delivery.c.essential,
            campaign.c.slug,
            account.c.name,
            pauses(campaign, delivery).label("campaign_paused"),
            pauses(account, delivery).label("account_paused"),
        )
        .join(campaign, campaign.c.id == delivery.c.campaign_id)
        .join(account, account.c.id == delivery.c.account_id)
        .where(delivery.c.id == delivery_id)
    ).one()
    install = run(select(control).where(control.c.scope == INSTALL)).first()
    if install and not may_pass(PauseMode(install.mode), its.essential):
        return f"Everything is paused, by {install.person}: nothing goes out before `beacon resume`."
    if its.campaign_paused:
        return f"Its campaign is paused: nothing of it goes out before `beacon campaign resume {its.slug}`."
    if its.account_paused:
        return f"Its account is paused: nothing goes out before `beacon account resume {its.name}`."
    return ""
