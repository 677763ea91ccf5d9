"""The database is killed, or does not take what is written."""

from __future__ import annotations

import sqlite3
import time
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import text

from campaigns.models import State
from tests.faults.scenario import KINDS, Case, Scale, scenario
from tests.faults.scenarios.crashes import WORKER_POINTS, answer_slowly, doom_at
from tests.faults.scenarios.platform import start_both

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.world import World
    from tests.support.postgres import Server

POINTS = tuple(point for point in WORKER_POINTS if not point.startswith("upload"))


@scenario(
    7,
    "PostgreSQL is killed at each line of the walk, the moment after the platform's 200 too",
    "one call a post, and it ends published (blind: published, or a question)",
)
def postgres_killed(scale: Scale) -> Iterator[Case]:
    points = scale.pick(short=("answered",), long=POINTS)
    rounds = scale.pick(short=1, long=scale.some(2))
    for kind in scale.pick(short=("keyed",), long=KINDS):
        yield Case(kind, partial(_killed, kind, points, rounds), databases=("postgresql",), own_server=True)


def _killed(kind: str, points: tuple[str, ...], rounds: int, world: World) -> None:
    server = world.server
    assert server
    assert server._process
    account = world.account(kind)
    answer_slowly(world)
    world.start("clock")
    for point in points * rounds:
        pid = server._process.pid
        doom = doom_at(point)
        doom.victim = pid
        world.plan([account], 3)
        worker = world.start("worker", doom)
        server._process.wait(90)
        world.figures.kills += 1
        time.sleep(0.5)
        began = time.monotonic()
        _start_again(server)
        world.settle(60)
        world.measure("from its return to the last post s", time.monotonic() - began)
        worker.terminate()
        world.expect(worker.wait(30) == 0, f"After {point} the worker did not end well.")
    asked = sum(state == State.NEEDS_PERSON for state in world.states().values())
    posts = len(world.states())
    world.expect(asked == 0 or kind == "blind", f"{asked} posts ask a person.")
    world.expect(world.begun() == posts, f"{world.begun()} calls for {posts} posts.")


def _start_again(server: Server) -> None:
    """The killed server's children may hold its memory for another moment."""
    for _ in range(20):
        try:
            return server.start()
        except RuntimeError:
            time.sleep(0.25)
    return server.start()


@scenario(
    8,
    "Outcomes cannot be written for two minutes",
    "only the write is tried again: one call a post",
    patient=True,
)
def outcome_writes_failing(scale: Scale) -> Iterator[Case]:
    seconds = scale.pick(short=4, long=scale.some(120, least=10))
    for kind in scale.pick(short=("blind",), long=KINDS):
        yield Case(kind, partial(_failing, kind, seconds))


def _failing(kind: str, seconds: int, world: World) -> None:
    accounts = world.accounts([kind], each=3)
    world.practice.faults({"effect": "latency", "endpoint": "posts", "accept": True, "seconds": 1})
    world.plan(accounts, 6)
    start_both(world)
    world.wait(lambda: len(world.practice.posts()) >= 1, 30)
    fail = _fail_postgres if world.on_postgres else _lock_sqlite
    fail(world, seconds)
    world.settle(120)
    world.expect(world.begun() == 6, f"{world.begun()} calls for 6 posts.")
    strangers = {state for state in world.states().values() if state != State.PUBLISHED}
    world.expect(not strangers, f"Not every post is published: {', '.join(sorted(strangers))}.")


def _lock_sqlite(world: World, seconds: int) -> None:
    """Another process' endless transaction: every write fails with `database is locked`."""
    connection = sqlite3.connect(world.engine.url.database or "", timeout=60, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    time.sleep(seconds)
    connection.execute("ROLLBACK")
    connection.close()


def _fail_postgres(world: World, seconds: int) -> None:
    """Whatever leaves `submitting` is refused as a full disk refuses it."""
    with world.engine.begin() as connection:
        connection.execute(
            text(
                "CREATE FUNCTION no_outcome() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                "IF OLD.state = 'submitting' AND NEW.state <> OLD.state THEN "
                "RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END IF; RETURN NEW; END $$"
            )
        )
        connection.execute(
            text(
                "CREATE TRIGGER no_outcome BEFORE UPDATE ON delivery FOR EACH ROW "
                "EXECUTE FUNCTION no_outcome()"
            )
        )
    time.sleep(seconds)
    with world.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER no_outcome ON delivery"))
