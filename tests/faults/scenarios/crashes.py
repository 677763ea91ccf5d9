"""Processes that are killed or frozen in the middle."""

from __future__ import annotations

import math
import signal
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import update

from campaigns.models import State
from campaigns.models.tables import delivery
from tests.faults.doomed import Doom
from tests.faults.scenario import KINDS, Case, Scale, scenario
from tests.faults.siege import PATIENCE, besiege, finish

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    from tests.faults.world import World

BEFORE_INTENT = (
    *("claim.asked", "claim.written", "claim.committed"),
    *("upload_intent.committed", "upload_outcome.written", "upload_outcome.committed"),
    *("before_intent", "intent.written"),
)
AFTER_INTENT = ("intent.committed", "intended", "wire", "answered", "outcome.asked", "outcome.written")
AFTER_OUTCOME = ("outcome.committed",)
WORKER_POINTS = (*BEFORE_INTENT, *AFTER_INTENT, *AFTER_OUTCOME)
CLOCK_POINTS = ("tick.asked", "tick.read", "tick.nudged", "sweep.asked", "sweep.written")
WIRE = 0.1
"""Seconds that the platform takes to answer once it has accepted: time to be killed in between."""


def doom_at(point: str, occurrence: int = 1, *, deliveries: tuple[int, ...] = ()) -> Doom:
    """`wire` is between the platform's acceptance and its answer."""
    if point == "wire":
        return Doom("intended", occurrence, deliveries=deliveries, after=WIRE / 2)
    return Doom(point, occurrence, deliveries=deliveries)


def answer_slowly(world: World) -> None:
    world.practice.faults({"effect": "latency", "endpoint": "posts", "accept": True, "seconds": WIRE})


@scenario(
    1,
    "SIGKILL at each line of the walk, on each class of platform",
    "recovered within 90 s; of the blind posts those with an intent and no outcome ask, all of them",
)
def sigkill_at_each_line(scale: Scale) -> Iterator[Case]:
    kills = scale.pick(short=1, long=scale.some(10, least=2))
    points = scale.pick(short=("claim.committed", "wire", "outcome.written"), long=WORKER_POINTS)
    for point in points:
        for kind in scale.pick(short=("blind",), long=KINDS):
            yield Case(f"{point} {kind}", partial(_at_one_line, point, kind, kills))
    yield Case("load command.written", partial(_load_killed, scale.pick(short=1, long=scale.some(10))))
    for point in scale.pick(short=(), long=CLOCK_POINTS):
        yield Case(f"clock {point}", partial(_clock_at_one_line, point, kills))


def _at_one_line(point: str, kind: str, kills: int, world: World) -> None:
    account = world.account(kind)
    answer_slowly(world)
    world.start("clock")

    def supply() -> None:
        if world.unfinished() < 4:
            world.plan([account], 6, image=lambda number: point.startswith("upload") or number % 3 == 0)

    # A worker claims its one lane once; and a second intent is written together with the first outcome.
    furthest = 1 if point in BEFORE_INTENT else 2
    strays = besiege(world, kills, lambda: doom_at(point, world.random.randint(1, furthest)), supply)
    finish(world)
    asked = sum(state == State.NEEDS_PERSON for state in world.states().values())
    due = kills if kind == "blind" and point in AFTER_INTENT else 0
    doubtful = strays if kind == "blind" else 0
    if kind == "blind" and point in AFTER_OUTCOME:  # the next post's intent was in the same transaction
        doubtful = kills
    near = abs(asked - due) <= doubtful
    world.expect(near, f"{point}, {kind}: {asked} posts ask a person, expected {due}.")
    world.expect((world.figures.recovery or 0) <= 90, f"{point}, {kind}: recovery took too long.")


def _clock_at_one_line(point: str, kills: int, world: World) -> None:
    accounts = world.accounts(KINDS)
    world.plan(accounts, 12 * kills, every=0.05)
    worker = world.start("worker")
    for _ in range(kills):
        clock = world.start("clock", Doom(point, world.random.randint(1, 3)))
        if "sweep" in point:
            world.kill(worker)
            worker = world.start("worker")
        deadline = time.monotonic() + PATIENCE
        while clock.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        world.kill(clock)
    world.start("clock")
    world.settle()


PLAN = """\
campaign: A week of questions
slug: questions
timezone: UTC
starts: {day}
ends: {day}
accounts: [{accounts}]
posts:
{posts}
"""


def _load_killed(kills: int, world: World) -> None:
    """The schedule is written whole or not at all, and a second load makes nothing twice."""
    accounts = world.accounts(KINDS)
    day = datetime.now(UTC).date() + timedelta(days=1)
    posts = [
        f'  - {{text: "Question {number}: what helped today?", at: {day} 09:{number:02}}}'
        for number in range(20)
    ]
    file = world.settings.data_dir / "questions.yaml"
    names = ", ".join(account.name for account in accounts)
    file.write_text(PLAN.format(day=day, accounts=names, posts="\n".join(posts)), "utf-8")
    for _ in range(kills):
        doom = Doom("command.written")
        killed = _wait_for(world.command(doom, "campaign", "load", str(file)))
        world.expect(killed.returncode == -signal.SIGKILL, "The load was not killed.")
        world.figures.kills += 1
        world.expect(not world.states(), "A load that was killed before its commit left something behind.")
    for _ in range(2):
        done = _wait_for(world.command(Doom("never"), "campaign", "load", str(file)))
        world.expect(
            done.returncode == 0, f"The load ended with {done.returncode}: {world.processes.log('command')}"
        )
    world.expect(
        len(world.states()) == len(posts) * len(KINDS), f"{len(world.states())} deliveries were made."
    )
    with world.engine.begin() as connection:
        now = datetime.now(UTC)
        connection.execute(update(delivery).values(due_utc=now, wake_utc=now))
    world.start("clock")
    finish(world)


def _wait_for(process: subprocess.Popen[bytes]) -> subprocess.Popen[bytes]:
    process.wait(60)
    return process


@scenario(
    2,
    "Workers killed at random points over thousands of posts, threads and images among them",
    "lost, doubled and out of order 0; only blind posts need a person",
)
def random_kills(scale: Scale) -> Iterator[Case]:
    rounds = scale.pick(short=1, long=max(1, math.ceil(scale.kills / 50)))
    kills = scale.pick(short=4, long=math.ceil(scale.kills / rounds))
    posts = scale.pick(short=30, long=math.ceil(scale.posts / rounds))
    for number in range(rounds):
        yield Case(f"round {number + 1}", partial(_random, posts, kills), {"call_deadline": 5})


def _random(posts: int, kills: int, world: World) -> None:
    accounts = world.accounts(KINDS, each=4)
    answer_slowly(world)
    world.start("clock")
    planned = 0
    wave = max(12, posts * 2 // kills)

    def supply() -> None:
        nonlocal planned
        if world.unfinished() < wave * 2:
            planned += len(
                world.plan(
                    accounts,
                    wave,
                    thread=lambda number: 3 if number % 5 == 0 else 1,
                    image=lambda number: number % 7 == 0,
                )
            )

    def doom() -> Doom:
        return doom_at(world.random.choice(WORKER_POINTS), world.random.randint(1, 6))

    besiege(world, kills, doom, supply, at_once=2)
    if planned < posts:
        world.plan(accounts, posts - planned)
    finish(world, 180)
    _only_blind_ask(world)


def _only_blind_ask(world: World) -> None:
    strangers = sorted(name for name in world.asking() if not name.startswith("blind"))
    world.expect(not strangers, f"Posts of {', '.join(strangers)} ask a person, though these can be settled.")


@scenario(
    18,
    "SIGSTOP past the lease, just before the send and inside it",
    "0 doubled: the frozen worker is ended before its lanes move",
)
def sigstop_past_the_lease(scale: Scale) -> Iterator[Case]:
    rounds = scale.pick(short=1, long=scale.some(5))
    lease = scale.pick(short={"lane_lease": 6, "call_deadline": 2}, long={"lane_lease": 10})
    for point in scale.pick(short=("wire",), long=("intended", "wire")):
        for kind in scale.pick(short=("keyed",), long=KINDS):
            yield Case(f"{point} {kind}", partial(_stopped, point, kind, rounds), lease)


def _stopped(point: str, kind: str, rounds: int, world: World) -> None:
    account = world.account(kind)
    answer_slowly(world)
    world.start("clock")
    for _ in range(rounds):
        world.plan([account], 3)
        doom = doom_at(point)
        doom.action = "stop"
        frozen = world.start("worker", doom)
        world.wait(lambda: State.SUBMITTING in world.states().values(), 30)
        other = world.start("worker")
        began = time.monotonic()
        frozen.wait(60)
        world.expect(frozen.returncode == -signal.SIGKILL, "The frozen worker was not ended.")
        world.died(frozen)
        world.settle()
        world.measure("freeze to settled s", time.monotonic() - began)
        other.terminate()
        other.wait()


@scenario(
    19,
    "A post whose worker dies whenever it is prepared",
    "failed after 5 marked claims; its neighbours are untouched",
)
def poison(scale: Scale) -> Iterator[Case]:
    yield Case("before the intent", partial(_poison, scale.pick(short=20, long=100)))


def _poison(neighbours: int, world: World) -> None:
    bad, good = world.account("keyed"), world.accounts(KINDS)
    (poison,) = world.plan([bad], 1)
    (after,) = world.plan([bad], 1)
    world.plan(good, neighbours, due=datetime.now(UTC) + timedelta(seconds=3), every=0.2)
    world.start("clock")

    def watch() -> int:
        deaths = 0
        doomed = world.start("worker", Doom("before_intent", deliveries=(poison,)))
        while world.states()[poison] != State.FAILED and deaths < 12:
            if doomed.poll() is not None:
                deaths += 1
                world.died(doomed)
                doomed = world.start("worker", Doom("before_intent", deliveries=(poison,)))
            world.look()
            time.sleep(0.05)
        return deaths

    deaths = watch()
    world.settle()
    world.measure("deaths", deaths)
    world.expect(world.states()[poison] == State.FAILED, "The poisonous post was not given up.")
    world.expect(world.states()[after] == State.PUBLISHED, "The post behind the poison did not go out.")
    world.expect(deaths <= 7, f"It took {deaths} deaths to give the post up.")
    late = sorted(world.lateness([account.name for account in good]))
    world.measure("neighbours' p50 lateness s", late[len(late) // 2])
    world.measure("neighbours' p99 lateness s", late[int(len(late) * 0.99)])
    _only_blind_ask(world)  # one of theirs may have been on the wire when the process died
    failed = [number for number, state in world.states().items() if state == State.FAILED]
    world.expect(failed == [poison], f"Other posts failed as well: {failed}.")
