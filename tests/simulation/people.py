"""The people of a simulated install: they pause, edit, move, cancel, hurry, reconnect - and when asked
whether a post is live they look at the platform and answer truthfully."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlmodel import Session, delete, insert, select

from campaigns.core.db import write_session
from campaigns.core.errors import BeaconError
from campaigns.deliver import connecting, pause, people
from campaigns.models import EDITABLE, Delivery, PauseMode
from campaigns.models.tables import part
from campaigns.platforms.contract import Connection
from tests.simulation.founding import ORGANISATION_ID, ZONE, part_values, vault
from tests.simulation.platform import OUTSIDE

if TYPE_CHECKING:
    from collections.abc import Callable

    from campaigns.deliver.pause import Scope
    from tests.simulation.database import Arrow
    from tests.simulation.platform import Call
    from tests.simulation.world import World

ALICE = "Alice"
_CANCELLED = {"needs_person", "held", "missed"}
_LOOKED_AT = {"needs_person", "held", "missed", "failed", "partly_out"}


class People:
    def __init__(self, world: World) -> None:
        self._world = world
        self._posts = {plan.id: plan for plan in world.scenario.posts}
        self._acknowledged: list[Scope] = []
        self._given_up: set[int] = set()
        self._standing: dict[str, Callable[[], None]] = {}  # what is paused -> how to resume it

    # Questions

    def noticed(self, arrow: Arrow) -> None:
        """A delivery that asks for a person gets one, some minutes later."""
        if arrow.after in _LOOKED_AT:
            delay = self._world.chance.uniform(60, 300 if self._world.healing else 3000)
            self._world.later(delay, self.attend, arrow.delivery)

    def attend(self, delivery: int) -> None:
        world = self._world
        state, cursor = world.database.ask("SELECT state, cursor FROM delivery WHERE id = ?", delivery)[0]
        luck = world.chance.random()
        if delivery in self._given_up:
            return  # its part may be out: to hurry it now would be to double it, knowingly
        if state in _CANCELLED and luck < 0.1:
            self._given_up.add(delivery)
            world.struck(f"person: gives up a {state} post")
            self._do(f"gives up post {delivery}", people.cancel, delivery, ALICE)
        elif state == "needs_person":
            live = world.platform.entries(delivery, cursor)
            if live:
                world.struck("person: settle --live")
                self._do(
                    f"finds post {delivery} live", people.settle_live, delivery, live[0].receipt.url, ALICE
                )
            else:
                world.struck("person: settle --again")
                self._do(f"does not find post {delivery}", people.settle_again, delivery, ALICE)
        elif state in _LOOKED_AT and luck < 0.6:
            world.struck(f"person: lets a {state} post go")
            self._do(f"lets post {delivery} go after all", people.post_now, delivery, ALICE)

    def make_good(self) -> None:
        """Resumes and reconnects everything, and looks at every open question."""
        for resume in list(self._standing.values()):
            resume()
        for account in self._world.platform.accounts:
            self.reconnect(account)
        for (delivery,) in self._world.database.ask(
            "SELECT id FROM delivery WHERE state = 'needs_person' ORDER BY id"
        ):
            self._world.later(self._world.chance.uniform(60, 300), self.attend, delivery)

    # Single posts

    def cancel(self, delivery: int) -> None:
        self._do(f"cancels post {delivery}", people.cancel, delivery, ALICE)

    def hurry(self, delivery: int) -> None:
        if delivery not in self._given_up:
            self._do(f"hurries post {delivery}", people.post_now, delivery, ALICE)

    def move(self, delivery: int, seconds: float) -> None:
        wall = (self._world.wall() + timedelta(seconds=seconds)).astimezone(ZoneInfo(ZONE))
        wall = wall.replace(tzinfo=None, second=0, microsecond=0) + timedelta(minutes=1)
        self._do(f"moves post {delivery} to {wall:%d %H:%M}", people.move, delivery, wall, ALICE)

    def edit(self, delivery: int, text: str) -> None:
        self._do(f"edits post {delivery}", self._rewrite, delivery, text)

    def _rewrite(self, session: Session, delivery_id: int, text: str) -> None:
        """What loading an edited file does to a delivery of which nothing is out."""
        row = session.exec(select(Delivery).where(Delivery.id == delivery_id)).first()
        if row is None or row.state not in EDITABLE or row.cursor:
            raise BeaconError("it can't be edited any more")
        plan = self._posts[delivery_id]
        session.execute(delete(part).where(part.c.delivery_id == delivery_id))
        session.execute(insert(part), part_values(plan, (text, *plan.texts[1:])))
        row.attempts = row.marks = row.absences = 0
        row.unclear_utc = None
        row.version += 1
        session.add(row)

    def _do(self, what: str, act: Callable[..., object], *about: object) -> None:
        world = self._world

        def edge() -> None:
            with write_session(world.database.engine) as session:
                act(session, *about)

        try:
            world.in_database(edge)
        except BeaconError as no:
            world.tell(f"{ALICE} {what}: no, {no}")
        else:
            world.struck(f"person: {what.split(maxsplit=1)[0]}")
            world.tell(f"{ALICE} {what}")

    # Accounts

    def reconnect(self, account: int) -> None:
        world = self._world
        name, limits = next((p.name, {"account": p.id}) for p in world.scenario.accounts if p.id == account)
        token = world.platform.accounts[account].token
        connection = Connection("https://sim.example", name, {"token": token}, limits)

        def connect(session: Session) -> None:
            connecting.store_connection(
                session, vault(), connection, platform="practice", name=name, person=ALICE
            )

        self._do(f"reconnects {name}", connect)

    # Pauses

    def pause_install(self, mode: str, seconds: float) -> None:
        database = self._world.database.engine
        self._pause(
            f"everything ({mode})",
            "install",
            lambda: pause.pause_install(database, PauseMode(mode), ALICE),
            lambda: pause.resume_install(database, ALICE),
            seconds,
        )

    def pause_campaign(self, campaign: int, seconds: float, spare: bool) -> None:
        database, slug = self._world.database.engine, f"campaign{campaign}"
        self._pause(
            slug,
            slug,
            lambda: pause.pause_campaign(
                database, slug, ALICE, organisation_id=ORGANISATION_ID, allow_essential=spare
            ),
            lambda: pause.resume_campaign(database, slug, ALICE, organisation_id=ORGANISATION_ID),
            seconds,
        )

    def pause_account(self, account: int, seconds: float, spare: bool) -> None:
        database = self._world.database.engine
        name = next(plan.name for plan in self._world.scenario.accounts if plan.id == account)
        self._pause(
            name,
            name,
            lambda: pause.pause_account(
                database, name, ALICE, organisation_id=ORGANISATION_ID, allow_essential=spare
            ),
            lambda: pause.resume_account(database, name, ALICE, organisation_id=ORGANISATION_ID),
            seconds,
        )

    def _pause(
        self, what: str, key: str, stop: Callable[[], Scope], go_on: Callable[[], None], seconds: float
    ) -> None:
        world = self._world
        if key in self._standing:
            return
        scope = world.in_database(stop)
        world.tell(f"{ALICE} pauses {what}")

        def resume() -> None:
            if self._standing.get(key) is resume:
                del self._standing[key]
                if scope in self._acknowledged:
                    self._acknowledged.remove(scope)
                world.tell(f"{ALICE} resumes {what}")
                world.in_database(go_on)

        self._standing[key] = resume
        world.loop.create_task(self._wait(scope, what, key, resume), context=OUTSIDE.copy())
        world.later(seconds, resume)

    async def _wait(self, scope: Scope, what: str, key: str, resume: Callable[[], None]) -> None:
        began = self._world.loop.time()
        while self._standing.get(key) is resume:
            with Session(self._world.database.engine) as session:
                waiting = pause.in_flight(session, scope)
            if not waiting:
                took = self._world.loop.time() - began
                self._world.tell(f"the pause of {what} is acknowledged after {took:.1f} s")
                self._world.struck("pause acknowledged")
                self._acknowledged.append(scope)
                return
            await asyncio.sleep(0.25)

    def begins(self, call: Call) -> None:
        """A send or upload begins: is it covered by a pause that was acknowledged?"""
        plan = self._posts[call.delivery]
        account = next(one.name for one in self._world.scenario.accounts if one.id == plan.account)
        for scope in self._acknowledged:
            covers = (
                scope.campaign == f"campaign{plan.campaign}"
                or scope.account == account
                or (scope.campaign is None and scope.account is None)
            )
            spared = scope.mode is PauseMode.CRISIS and plan.essential
            if covers and not spared:
                self._world.oracle.violated("begun in a pause", f"post {plan.id}, {call.kind}, under {scope}")
