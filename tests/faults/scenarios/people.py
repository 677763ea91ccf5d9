"""People edit, cancel, move and hurry posts while they go out."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import select

from campaigns.compose.payload import part_key
from campaigns.core.db import write_session
from campaigns.core.errors import BeaconError
from campaigns.deliver import pause, people
from campaigns.models import EDITABLE, Delivery, Part, PauseMode
from campaigns.models.tables import attempt
from tests.faults.scenario import Case, Scale, scenario
from tests.faults.scenarios.platform import start_both
from tests.faults.world import wall_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlmodel import Session

    from tests.faults.world import World


PLANNED_AHEAD = timedelta(seconds=2)
"""A plan that is committed only after its posts are due finds others out before them, and rightly so."""


@scenario(
    20,
    "Thousands of edits, cancels, moves, hurries and pauses while posts go out",
    "each text is the last one committed before its intent; no cancelled post goes out",
)
def people_at_work(scale: Scale) -> Iterator[Case]:
    yield Case("steps", partial(_steps, scale.pick(short=150, long=scale.some(10_000))))


def _steps(count: int, world: World) -> None:
    accounts = world.accounts(("keyed", "readable"), each=4)
    start_both(world, workers=2)
    cancelled: dict[int, datetime] = {}  # when it was acknowledged
    ids: list[int] = []
    done = 0
    for step in range(count):
        if step % 10 == 0:
            fresh = world.plan(accounts, 8, due=datetime.now(UTC) + PLANNED_AHEAD, every=0.2)
            ids = [*ids, *fresh][-60:]
        done += _step(world, cancelled, world.random.choice(ids), step)
        time.sleep(0.005)
    pause.resume_install(world.engine, "alice")
    world.settle(240)
    world.measure("steps that were taken", done)
    _judge(world, cancelled)


def _step(world: World, cancelled: dict[int, datetime], number: int, step: int) -> bool:
    """One thing a person does; False when it was refused, as is right for a post that is out."""
    choice = world.random.choices(("edit", "cancel", "move", "now", "pause"), (40, 15, 20, 20, 5))[0]
    if choice == "pause":
        _pause_a_moment(world)
        return True
    try:
        with write_session(world.engine) as session:
            taken = _DO[choice](session, number, step)
    except BeaconError:
        return False
    if choice == "cancel":
        cancelled[number] = datetime.now(UTC)
    return taken


def _pause_a_moment(world: World) -> None:
    pause.pause_install(world.engine, PauseMode.FULL, "alice")
    time.sleep(0.02)
    pause.resume_install(world.engine, "alice")


def _edit(session: Session, number: int, step: int) -> bool:
    """Another text in the same place, as loading an edited file writes it."""
    kept = session.get_one(Delivery, number, with_for_update=True)
    if kept.state not in EDITABLE:
        return False
    part = session.get_one(Part, (number, 0))
    part.payload = {**part.payload, "text": f"{part.payload['text'].split()[0]} edited {step}"}
    part.key = part_key(number, 0, part.payload)
    part.frozen = {}
    kept.version += 1
    session.add_all([part, kept])
    return True


def _move(session: Session, number: int, _step: int) -> bool:
    """To a second from now: people move by the minute, which is longer than this scenario waits."""
    kept = session.get_one(Delivery, number, with_for_update=True)
    if kept.state not in EDITABLE:
        return False
    kept.due_utc = kept.wake_utc = datetime.now(UTC) + timedelta(seconds=1)
    kept.wall = wall_of(kept.due_utc)
    kept.version += 1
    session.add(kept)
    return True


def _cancel(session: Session, number: int, _step: int) -> bool:
    return bool(people.cancel(session, number, "alice"))


def _now(session: Session, number: int, _step: int) -> bool:
    return bool(people.post_now(session, number, "alice"))


_DO: dict[str, Callable[[Session, int, int], bool]] = {
    "edit": _edit,
    "move": _move,
    "cancel": _cancel,
    "now": _now,
}


def _judge(world: World, cancelled: dict[int, datetime]) -> None:
    """That no text was edited away after its intent is the oracle's to say: such a text nobody planned."""
    with world.engine.connect() as connection:
        begun = {
            row.delivery_id: row.begun_utc
            for row in connection.execute(
                select(attempt.c.delivery_id, attempt.c.begun_utc).order_by(attempt.c.begun_utc)
            )
        }
    out_after_all = [number for number, when in cancelled.items() if number in begun and when < begun[number]]
    world.measure("cancels acknowledged", len(cancelled))
    world.measure("posted though cancelled", len(out_after_all))
    world.expect(not out_after_all, f"Cancelled posts went out: {out_after_all[:5]}.")
