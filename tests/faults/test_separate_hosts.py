"""Two hosts with a cable between them: one has the database and the broker, the other one is cut off."""

from __future__ import annotations

import signal
import subprocess
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from campaigns.core.db import open_engine
from campaigns.deliver import pause
from campaigns.models import ACTIVE, PauseMode
from config.settings import Settings
from tests.faults.databases import migrate
from tests.faults.doomed import Doom
from tests.faults.oracle import judge
from tests.support import postgres
from tests.support.engine import states, until
from tests.support.far_host import NEAR, NETWORK, FarHost, far_host, impossible, reachable_from
from tests.support.ports import free_port
from tests.support.practice import running_practice
from tests.support.processes import Processes
from tests.support.stage import Stage
from workers.broker import find_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.faults, pytest.mark.skipif(bool(why := impossible()), reason=why or "it can run")]

KINDS = ("keyed", "readable", "blind")
POSTS = 4  # on each account


@dataclass
class TwoHosts:
    stage: Stage
    far_host: FarHost
    relay: subprocess.Popen[bytes]
    near: Processes
    far: Processes

    def plan(self, count: int, text: str) -> None:
        for account in self._accounts:
            for number in range(count):
                self.stage.plan(account, f"{text} {number} {account.name}", due=datetime.now(UTC))

    def __post_init__(self) -> None:
        self._accounts = [self.stage.account(kind, f"{kind}{n}") for kind in KINDS for n in range(2)]

    def all_done(self) -> bool:
        return not set(states(self.stage.database).values()) & ACTIVE

    def on_the_wire(self) -> bool:
        """Every account has a post that the platform is thinking about."""
        return len(self.stage.practice.log("begun")) >= len(self._accounts)

    def assert_nothing_lost_or_doubled(self) -> None:
        verdict = judge(self.stage.database, self.stage.practice.posts())
        assert (verdict.lost, verdict.doubled, verdict.out_of_order) == (0, 0, 0), verdict.complaints
        for processes in (self.near, self.far):
            assert not [name for name in ("clock", "worker") if "Traceback" in processes.log(name)]

    def asked(self) -> int:
        return judge(self.stage.database, self.stage.practice.posts()).asked


@contextmanager
def _broker(folder: Path) -> Iterator[int]:
    port = free_port()
    process = subprocess.Popen(
        [
            *(str(find_server()), "--port", str(port), "--bind", "127.0.0.1", NEAR, "--protected-mode", "no"),
            *("--save", "", "--dir", str(folder), "--loglevel", "warning"),
        ],
        stdout=subprocess.DEVNULL,
    )
    try:
        yield port
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def hosts(tmp_path: Path) -> Iterator[TwoHosts]:
    with ExitStack() as stack:
        far = stack.enter_context(far_host())
        server = stack.enter_context(postgres.running(lambda one: one.open_to(NEAR, NETWORK)))
        url = server.create_database("beacon")
        migrate(url)
        broker = stack.enter_context(_broker(tmp_path))
        (tmp_path / "practice").mkdir()
        practice = stack.enter_context(running_practice(tmp_path / "practice"))
        relay = stack.enter_context(reachable_from(far, practice.port, tmp_path))
        settings = Settings(
            data_dir=tmp_path / "near",
            database_url=url,
            secret_key=SecretStr("the-same-key-on-every-host-0123456789"),
            lane_lease=6,
            call_deadline=3,
            quarantine=0.5,
            recheck=0.3,
            reconcile_limit=60,
            sweep_every=0.5,
        )
        there = settings.model_copy(
            update={"data_dir": tmp_path / "far", "database_url": url.replace("127.0.0.1", NEAR)}
        )
        engine = open_engine(url)
        stack.callback(engine.dispose)
        near_processes = Processes(settings, f"redis://127.0.0.1:{broker}/0")
        far_processes = Processes(there, f"redis://{NEAR}:{broker}/0", far.within)
        for processes in (near_processes, far_processes):
            stack.callback(processes.end)
        yield TwoHosts(Stage(engine, settings, practice), far, relay, near_processes, far_processes)


@pytest.mark.parametrize("cut_off_from", ["the database", "everything"])
def test_a_host_that_is_cut_off_in_the_middle_of_a_send_doubles_nothing_and_its_lanes_move(
    hosts: TwoHosts, cut_off_from: str
) -> None:
    practice = hosts.stage.practice
    practice.faults({"effect": "latency", "endpoint": "posts", "seconds": 1})
    for name in ("clock", "worker"):
        hosts.far.start(name)
    hosts.plan(POSTS, "first")
    until(hosts.on_the_wire)
    if cut_off_from == "everything":
        hosts.relay.send_signal(signal.SIGSTOP)
    hosts.far_host.cut()
    practice.faults()

    for name in ("clock", "worker"):
        hosts.near.start(name)
    until(hosts.all_done)
    hosts.assert_nothing_lost_or_doubled()
    assert 0 < hosts.asked() <= 2  # at most what each blind account had on the wire

    hosts.far_host.mend()
    hosts.relay.send_signal(signal.SIGCONT)
    for process in hosts.near.running:
        process.terminate()  # from here on the far host does it all
        assert process.wait(30) == 0
    hosts.plan(1, "second")
    until(hosts.all_done)
    hosts.assert_nothing_lost_or_doubled()


def test_a_host_that_freezes_inside_a_transaction_keeps_its_locks_for_seconds_only(hosts: TwoHosts) -> None:
    doom = Doom(point="intent.written", occurrence=3, action="stop")
    hosts.far.start("clock")
    worker = hosts.far.start("worker", "tests.faults.doomed", "worker", doom.as_argument())
    hosts.plan(POSTS, "first")
    until(lambda: hosts.far_host.inside(worker).status() == "stopped")
    hosts.far_host.cut()

    pause.pause_install(
        hosts.stage.database, PauseMode.FULL, "Ann"
    )  # it takes the gate that the frozen one holds
    pause.resume_install(hosts.stage.database, "Ann")
    for name in ("clock", "worker"):
        hosts.near.start(name)
    until(hosts.all_done)
    hosts.assert_nothing_lost_or_doubled()
    hosts.far_host.mend()
    hosts.far_host.inside(worker).resume()  # it wakes up, and finds that its transaction is gone
    hosts.plan(1, "second")
    until(hosts.all_done)
    hosts.assert_nothing_lost_or_doubled()
