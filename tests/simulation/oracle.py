"""What must never happen, checked where it would: at every change of state, at every request's beginning,
at every arrival, and at the end. It reads the database past the engine and the platforms' logs directly."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from campaigns.deliver.reconcile import CLOCKS_DIFFER
from campaigns.models import ACTIVE, PauseMode, State
from campaigns.models.states import ARROWS
from tests.simulation.database import instant
from tests.simulation.loop import PROCESS

if TYPE_CHECKING:
    from datetime import datetime

    from tests.simulation.database import Arrow
    from tests.simulation.platform import Call, Entry, SimulatedAccount
    from tests.simulation.world import World

_ACTIVE = "(" + ", ".join(f"'{state}'" for state in sorted(ACTIVE)) + ")"
_FINAL = {"published", "cancelled", "partly_out", "missed", "failed", "held", "needs_person"}

_INTENT = """
SELECT d.account_id, d.cursor, d.due_utc, d.late_within, d.late_then, d.essential, d.urgent, d.fence,
       c.paused AND NOT (c.pause_spares_essential AND d.essential),
       a.paused AND NOT (a.pause_spares_essential AND d.essential),
       a.state, a.lane_owner, a.lane_fence, t.kind, t.owner, t.begun_utc,
       (SELECT json_extract(p.payload, '$.text') FROM part p
        WHERE p.delivery_id = d.id AND p.place = d.cursor),
       coalesce((SELECT mode FROM control WHERE scope = 'install'), 'none')
FROM delivery d JOIN campaign c ON c.id = d.campaign_id JOIN account a ON a.id = d.account_id
LEFT JOIN attempt t ON t.delivery_id = d.id AND t.ended_utc IS NULL AND t.kind <> 'upload'
WHERE d.id = ? ORDER BY t.rowid DESC
"""
_AHEAD = f"""
SELECT e.id FROM delivery e JOIN delivery d ON d.id = ?1 JOIN campaign c ON c.id = e.campaign_id
JOIN account a ON a.id = e.account_id
WHERE e.account_id = d.account_id AND e.id <> d.id AND e.state IN {_ACTIVE}
  AND NOT (c.paused AND NOT (c.pause_spares_essential AND e.essential))
  AND NOT (a.paused AND NOT (a.pause_spares_essential AND e.essential))
  AND (e.due_utc, e.id) < (d.due_utc, d.id)
  AND (e.essential OR coalesce((SELECT mode FROM control WHERE scope = 'install'), 'none') = 'none')
"""  # noqa: S608 - the states are our own


@dataclass(frozen=True, slots=True)
class Violation:
    """`kind` names the promise; shrinking keeps to it."""

    kind: str
    what: str


@dataclass(frozen=True, slots=True)
class Intent:
    """What was committed before a part may go."""

    place: int
    text: str
    kind: str
    due: datetime


class Oracle:
    def __init__(self, world: World) -> None:
        self._world = world
        self.violations: list[Violation] = []
        self._intents: dict[int, Intent] = {}
        self._calls: Counter[int] = Counter()
        self._backlog: dict[int, float] = {}  # account -> when a late post last began
        self._kinds = {plan.id: plan.kind for plan in world.scenario.accounts}
        self._account_of = {plan.id: plan.account for plan in world.scenario.posts}

    def violated(self, kind: str, what: str) -> None:
        self.violations.append(Violation(kind, what))
        self._world.tell(f"VIOLATED {kind}: {what}")

    def broken(self, what: str) -> None:
        self.violated("engine error", what)

    # Every change of state

    def moved(self, arrow: Arrow) -> None:
        world = self._world
        world.tell(f"post {arrow.delivery} part {arrow.cursor + 1}: {arrow.before} -> {arrow.after}")
        if (State(arrow.before), State(arrow.after)) not in ARROWS:
            self.violated("illegal arrow", f"post {arrow.delivery}: {arrow.before} -> {arrow.after}")
        if arrow.after == "submitting":
            self._intended(arrow)
        blind = self._kinds[self._account_of[arrow.delivery]] == "blind"
        if blind and arrow.before == "uncertain" and self._guessed(arrow):
            self.violated("silent guess", f"post {arrow.delivery} became {arrow.after} unasked")
        went_out = arrow.before in {"submitting", "uncertain"} and arrow.after in {"published", "scheduled"}
        if went_out and not world.platform.entries(arrow.delivery, arrow.cursor):
            self.violated("lost", f"post {arrow.delivery} part {arrow.cursor + 1} is {arrow.after}, not out")
        if arrow.before in {"scheduled", "retry_wait"} and arrow.after in {"missed", "held"}:
            self._late(arrow)
        if arrow.after in {"failed", "partly_out"}:
            self._given_up(arrow)

    def _guessed(self, arrow: Arrow) -> bool:
        """A late report of the caller itself may still settle it; nothing else but a person may."""
        if arrow.after in {"needs_person", "published", "scheduled"}:
            return False  # that what is said to be out is out is looked at for every platform
        return arrow.after != "retry_wait" or bool(self._world.platform.entries(arrow.delivery, arrow.cursor))

    def _given_up(self, arrow: Arrow) -> None:
        """Only what was tried often enough, or ends whoever prepares it. A death may cost a try its call."""
        post = f"post {arrow.delivery}"
        reason = self._world.database.one("SELECT reason FROM delivery WHERE id = ?", arrow.delivery)
        if reason.startswith("Given up after"):
            tries = int(reason.split()[3])
            if self._calls[arrow.delivery] + self._world.deaths < tries:
                self.violated(
                    "given up", f"{post} after {tries} tries and {self._calls[arrow.delivery]} calls"
                )
        elif reason.startswith("Given up:") and arrow.delivery not in self._world.poisonous:
            self.violated("given up", f"{post} for deaths over another post: {reason}")

    def _late(self, arrow: Arrow) -> None:
        due, within, then = self._world.database.ask(
            "SELECT due_utc, late_within, late_then FROM delivery WHERE id = ?", arrow.delivery
        )[0]
        lateness = (self._world.wall() - (instant(due) or self._world.wall())).total_seconds()
        if arrow.after == "missed" and then != "drop":
            self.violated("late rule", f"post {arrow.delivery} was dropped; its rule says {then}")
        if lateness < within - 2 and arrow.cursor == 0 and not self._world.wall_jumped:
            self.violated(
                "late rule", f"post {arrow.delivery} is {arrow.after} though only {lateness:.0f} s late"
            )

    def _intended(self, arrow: Arrow) -> None:
        row = self._world.database.ask(_INTENT, arrow.delivery)[0]
        (account, cursor, due_text, within, then, essential, urgent, fence) = row[:8]
        (campaign_paused, account_paused, account_state, lane_owner, lane_fence) = row[8:13]
        (kind, owner, begun_text, text, mode) = row[13:]
        post = f"post {arrow.delivery}"
        if kind is None:
            self.violated("no attempt", f"{post} is submitting without an attempt")
            return
        due, begun = instant(due_text), instant(begun_text)
        if due is None or begun is None:
            return
        self._intents[arrow.delivery] = Intent(cursor, text, kind, due)
        stopped = mode == PauseMode.FULL or (mode == PauseMode.CRISIS and not essential)
        if stopped or campaign_paused or account_paused:
            self.violated("begun in a pause", f"{post} was intended while paused")
        if account_state != "ready":
            self.violated("account not ready", f"{post} was intended while {account_state}")
        if (lane_owner, lane_fence) != (owner, fence):
            self.violated("not the owner", f"{post}: lane of {lane_owner}, intent by {owner}")
        if kind != "send":
            return
        if not urgent and self._world.database.ask(_AHEAD, arrow.delivery):
            self.violated("out of order", f"{post} was intended before an earlier one")
        lateness = (begun - due).total_seconds()
        if lateness < -0.1:
            self.violated("early", f"{post} was intended {-lateness:.1f} s before it was due")
        if cursor == 0 and lateness > within and then != "send":
            self.violated("late rule", f"{post} was {lateness:.0f} s late, and its rule says {then}")
        self._paced(arrow, account, lateness)

    def _paced(self, arrow: Arrow, account: int, lateness: float) -> None:
        settings, now = self._world.settings, self._world.loop.time()
        if arrow.cursor or lateness <= settings.catch_up_after:
            return
        before = self._backlog.get(account)
        if before is not None and now - before < settings.catch_up_every - 1:
            self.violated("burst", f"post {arrow.delivery} follows a late one after {now - before:.0f} s")
        self._backlog[account] = now

    # Every request

    def begins(self, call: Call) -> None:
        """Fills in which part the request is about, and asks whether it may begin."""
        database, process = self._world.database, PROCESS.get()
        owner = process.owner if process else ""
        if call.kind == "upload":
            rows = database.ask(
                "SELECT delivery_id, place FROM attempt WHERE account_id = ? AND owner = ?"
                " AND kind = 'upload' AND ended_utc IS NULL",
                call.account,
                owner,
            )
        elif call.outgoing:
            rows = database.ask("SELECT delivery_id, place FROM part WHERE key = ?", call.outgoing.key)
        else:
            return
        if not rows:
            self.violated("no intent", f"a {call.kind} of account {call.account} begins without an intent")
            return
        call.delivery, call.place = rows[0]
        if call.kind == "look":
            return
        self._world.tell(f"{process.name if process else '?'} begins the {call.kind} of post {call.delivery}")
        self._world.people.begins(call)
        if call.kind == "send":
            self._sends(call, owner)

    def _sends(self, call: Call, owner: str) -> None:
        self._calls[call.delivery] += 1
        post = f"post {call.delivery}"
        intent = self._intents.get(call.delivery)
        state = self._world.database.one("SELECT state FROM delivery WHERE id = ?", call.delivery)
        mine = self._world.database.ask(
            "SELECT 1 FROM attempt WHERE delivery_id = ? AND owner = ? AND ended_utc IS NULL"
            " AND kind <> 'upload'",
            call.delivery,
            owner,
        )
        if intent is None or state != "submitting" or not mine:
            self.violated(
                "no intent", f"{post} is sent while {state}, intent {intent}, own attempt {bool(mine)}"
            )
            return
        if call.outgoing and (call.place, call.outgoing.text) != (intent.place, intent.text):
            self.violated("wrong text", f"{post} says {call.outgoing.text!r}, meant was {intent.text!r}")
        if intent.kind == "send" and self._world.clock_of(owner) < intent.due:
            self.violated("early", f"{post} is sent before it is due")

    def arrived(self, account: SimulatedAccount, entry: Entry) -> None:
        self._world.tell(f"platform {account.kind}{account.id} has {entry.id}: {entry.text!r}")
        if len(self._world.platform.entries(entry.delivery, entry.place)) < 2:
            return
        if not self._in_the_hole(account.kind):
            self.violated(
                "doubled", f"post {entry.delivery} part {entry.place + 1} is on {account.kind} twice"
            )

    def _in_the_hole(self, kind: str) -> bool:
        """The one that docs/simulation.md names: a wall clock far ahead blinds a look-up. It is counted."""
        hole = kind in {"readable", "both"} and self._world.wall_offset > CLOCKS_DIFFER
        if hole:
            self._world.coverage.figures["known hole: wall clock a year ahead"] += 1
        return hole

    # The end

    def at_the_end(self) -> None:
        world = self._world
        for number, state, cursor, parts, before in world.database.ask(
            "SELECT id, state, cursor, (SELECT count(*) FROM part WHERE delivery_id = d.id),"
            " (SELECT o.before FROM observed o WHERE o.delivery = d.id AND o.before <> 'partly_out'"
            " ORDER BY seq DESC LIMIT 1)"  # putting it away says nothing new of its parts
            " FROM delivery d ORDER BY id"
        ):
            if state not in _FINAL:
                self.violated("not settled", f"post {number} still is {state}")
                continue
            given_up = state in {"cancelled", "partly_out"} and before == "needs_person"
            for place in range(parts):
                out = len(world.platform.entries(number, place))
                if place < cursor and out == 0:
                    self.violated("lost", f"post {number} part {place + 1} is on record, not on the platform")
                unknown = place >= cursor and out and state != "needs_person" and not given_up
                if unknown and not self._in_the_hole(self._kinds[self._account_of[number]]):
                    self.violated("unknown to us", f"post {number} part {place + 1} is out, but {state}")
        for number, delivery in world.database.ask(
            "SELECT id, delivery_id FROM attempt WHERE ended_utc IS NULL"
        ):
            self.violated("attempt without end", f"{number} of post {delivery}: a pause would wait for ever")
        for remote, times in world.database.ask(
            "SELECT remote_id, count(*) FROM part WHERE remote_id IS NOT NULL GROUP BY 1 HAVING count(*) > 1"
        ):
            self.violated("lost", f"{remote} counts as {times} parts")
