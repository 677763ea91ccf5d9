"""Deliberate breakages of the engine, each of a promise that a test must keep."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ENGINE = Path("campaigns/deliver")


@dataclass(frozen=True, slots=True)
class Mutant:
    """In `file`, `before` (which stands there exactly once) becomes `after`."""

    name: str
    file: Path
    before: str
    after: str

    def broken(self, source: str) -> str:
        """The source with this breakage; raises ValueError when the engine no longer reads so."""
        if source.count(self.before) != 1:
            message = f"{self.name}: {self.file} holds its text {source.count(self.before)} times, not once"
            raise ValueError(message)
        return source.replace(self.before, self.after)


def _of(file: str) -> Path:
    return ENGINE / file


MUTANTS = (
    Mutant(
        "the intent is written only after the send",
        _of("intent.py"),
        "values(state=State.SUBMITTING, fence=",
        "values(fence=",
    ),
    Mutant(
        "an outcome is believed from any owner",
        _of("change.py"),
        'and row["fence"] == told.fence',
        "and True",
    ),
    Mutant(
        "an upload's end is believed from any owner, for any text",
        _of("change.py"),
        'allowed = (row["lane_fence"], row["version"]) == (told.fence, told.version)',
        "allowed = True",
    ),
    Mutant(
        "a time-out is sent again",
        _of("calls.py"),
        "        case TimeoutError():\n",
        "        case TimeoutError():\n            return Again(now, '')\n        case TimeoutError():\n",
    ),
    Mutant(
        "an intent does not pass the gate",
        _of("journal.py"),
        "            gate.pass_shared(wire)\n",
        "",
    ),
    Mutant(
        "a pause does not take the gate alone",
        _of("gate.py"),
        "        connection.execute(_ALONE)",
        "        connection.execute(_SHARED)",
    ),
    Mutant(
        "a pause is read with the agenda only",
        _of("verdict.py"),
        "refusal = _still_ours(asked, stands, now) or _paused(stands)",
        "refusal = _still_ours(asked, stands, now)",
    ),
    Mutant(
        "a pause is acknowledged at once",
        _of("pause.py"),
        ".where(attempt.c.ended_utc.is_(None))",
        ".where(attempt.c.ended_utc.is_(None), attempt.c.id.is_(None))",
    ),
    Mutant("nobody looks who is before", _of("verdict.py"), "if stands.behind:", "if False:"),
    Mutant(
        "an old text is sent after an edit",
        _of("verdict.py"),
        "(stands.version, stands.cursor) != (asked.version, asked.place)",
        "stands.cursor != asked.place",
    ),
    Mutant(
        "a lane that belongs to another is taken",
        _of("lease.py"),
        "        account.c.lane_owner.is_(None),\n",
        "",
    ),
    Mutant(
        "a lane is used though its lease is over",
        _of("verdict.py"),
        "if not mine or stands.lane_until is None or stands.lane_until - now < asked.needs:",
        "if False:",
    ),
    Mutant(
        "the sweeper does not wait for a late request",
        _of("sweep.py"),
        "wake = now + timedelta(seconds=settings.quarantine)",
        "wake = now",
    ),
    Mutant(
        "the sweeper sends again what was on the wire",
        _of("sweep.py"),
        "state=check_arrow(State.SUBMITTING, State.UNCERTAIN)",
        "state=State.RETRY_WAIT",
    ),
    Mutant(
        "the sweeper leaves a dead worker's attempts open",
        _of("sweep.py"),
        'ended_utc=bindparam("its_now"), outcome="lost"',
        'outcome="lost"',
    ),
    Mutant(
        "the key does not depend on the text",
        Path("campaigns/compose/payload.py"),
        "json.dumps([delivery_id, place, payload]",
        "json.dumps([delivery_id, place]",
    ),
    Mutant("the late rule is ignored", _of("verdict.py"), "        if late:\n", "        if False:\n"),
    Mutant(
        "backlog goes out in a burst",
        _of("verdict.py"),
        "catching_up = stands.cursor == 0 and",
        "catching_up = False and",
    ),
    Mutant(
        "the pace is not stored",
        _of("intent.py"),
        "if verdict.rate_tat or verdict.late_not_before",
        "if False",
    ),
    Mutant(
        "Retry-After is ignored",
        _of("calls.py"),
        "max(error.after or 0.0, backoff(attempts, runtime))",
        "backoff(attempts, runtime)",
    ),
    Mutant(
        "one look that finds nothing is enough",
        _of("reconcile.py"),
        "ABSENCES_NEEDED = 2",
        "ABSENCES_NEEDED = 1",
    ),
    Mutant(
        "a platform that can be read gets a replay instead of a look",
        _of("reconcile.py"),
        "    if adapter.settles.readable:\n        outcome = await _look",
        "    if adapter.settles.readable and window is None:\n        outcome = await _look",
    ),
    Mutant(
        "a blind platform gets it again without a question",
        _of("reconcile.py"),
        '        outcome = AskPerson(_question(item, N_("offers no way to look it up")))',
        '        outcome = Again(now, "again")',
    ),
    Mutant(
        "a key is relied on over a clock that was set back",
        _of("reconcile.py"),
        "if first is None or not await",
        "if first is None and not await",
    ),
    Mutant(
        "another post with the same words is taken for this one",
        _of("reconcile.py"),
        "found = await adapter.look_for(item.outgoing, since, known)",
        "found = await adapter.look_for(item.outgoing, since, frozenset())",
    ),
    Mutant(
        "a post goes out as soon as it is intended",
        _of("turn.py"),
        "    await _until_due(lane, item)\n    if",
        "    if",
    ),
    Mutant(
        "the breaker never opens",
        _of("report.py"),
        "BREAKER_OPENS_AT = 5",
        "BREAKER_OPENS_AT = 5_000_000",
    ),
    Mutant(
        "a part of a thread answers the first one",
        _of("nearest.py"),
        "parent.c.place == delivery.c.cursor - 1)",
        "parent.c.place == 0)",
    ),
    Mutant(
        "what was taken out of its campaign still goes",
        _of("verdict.py"),
        "if stands.taken_out and",
        "if False and",
    ),
    Mutant(
        "a poisonous post is tried for ever",
        _of("turn.py"),
        "POISON = 5",
        "POISON = 5_000_000",
    ),
    Mutant(
        "what is prepared beside a poisonous post is blamed with it",
        _of("turn.py"),
        "async with lane.desk.suspect if item.marks else nullcontext():",
        "async with nullcontext():",
    ),
    Mutant(
        "a call begins though its lease may end before it",
        _of("turn.py"),
        "if lane.runs_short():  # the commit took long",
        "if False:",
    ),
    Mutant(
        "what was never sent counts as a try",
        _of("turn.py"),
        '"The lease was about to end."), unsent=True)',
        '"The lease was about to end."))',
    ),
    Mutant(
        "an urgent post waits its turn",
        _of("intent.py"),
        "case((delivery.c.urgent, on_the_wire.is_not(None)), else_=head != delivery.c.id)",
        "head != delivery.c.id",
    ),
    Mutant(
        "a lane that is busy notices nothing that comes before",
        _of("walk.py"),
        "        if agenda and not (",
        "        if not agenda and not (",
    ),
)
