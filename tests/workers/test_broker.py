"""The broker of our own: private, adopted rightly, never left behind."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
from kombu.connection import Connection

from config.settings import Settings
from workers.broker import Broker, answers, find_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", redis_url="")


@pytest.fixture
def broker(settings: Settings) -> Iterator[Broker]:
    broker = Broker(settings)
    yield broker
    broker.stop()


def _path(url: str) -> str:
    return url.removeprefix("redis+socket://")


def _until(true: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _server(settings: Settings) -> psutil.Process:
    """The server that the record names."""
    record = json.loads((settings.run_dir / "valkey.json").read_text())
    return psutil.Process(record["pid"])


def _runs(server: psutil.Process) -> bool:
    return server.is_running() and server.status() != psutil.STATUS_ZOMBIE


def _in_another_process(settings: Settings) -> tuple[subprocess.Popen[str], str]:
    """A process that starts the broker, says its URL, and holds it until it is ended."""
    code = (
        "import sys\nfrom pathlib import Path\nfrom config.settings import Settings\n"
        "from workers.broker import Broker\n"
        "with Broker(Settings(data_dir=Path(sys.argv[1]), redis_url='')) as url:\n"
        "    print(url, flush=True)\n    sys.stdin.read()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(settings.data_dir)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    return process, process.stdout.readline().strip()


def _finish(process: subprocess.Popen[str]) -> None:
    process.communicate(timeout=20)


def test_a_configured_server_is_used_as_it_is(tmp_path: Path) -> None:
    broker = Broker(Settings(data_dir=tmp_path, redis_url="redis://cache.example:6379/3"))
    assert broker.start() == "redis://cache.example:6379/3"
    assert list(tmp_path.iterdir()) == []


def test_celery_speaks_to_it_over_its_socket(broker: Broker) -> None:
    with Connection(broker.start()) as connection:  # type: ignore[no-untyped-call]  # kombu has few types
        queue = connection.SimpleQueue("nudges")
        queue.put("hello")
        message = queue.get(timeout=5)
        assert message.payload == "hello"
        message.ack()
        queue.close()


def test_it_listens_on_nothing_but_a_private_socket(broker: Broker, settings: Settings) -> None:
    broker.start()
    connections = _server(settings).net_connections("all")
    assert [c.type for c in connections if c.status == psutil.CONN_LISTEN] == []
    assert any(c.family == socket.AF_UNIX for c in connections)
    assert settings.run_dir.stat().st_mode & 0o777 == 0o700


def test_nothing_stays_after_stop(broker: Broker, settings: Settings) -> None:
    url = broker.start()
    server = _server(settings)
    broker.stop()
    assert not _runs(server)
    assert not Path(_path(url)).exists()
    assert not (settings.run_dir / "valkey.json").exists()


def test_it_is_gone_after_its_launcher_was_killed(settings: Settings) -> None:
    process, _ = _in_another_process(settings)
    server = _server(settings)
    assert _runs(server)
    process.kill()
    _finish(process)
    _until(lambda: not _runs(server))


def test_it_stays_while_a_child_of_the_killed_launcher_still_holds_it(
    broker: Broker, settings: Settings
) -> None:
    url = broker.start()
    server = _server(settings)
    child = subprocess.Popen(["sleep", "60"], pass_fds=broker.keep_fds)
    os.close(broker.keep_fds[0])  # as the kernel does for a launcher that was killed
    broker._keep = None
    try:
        assert broker._watch
        with pytest.raises(subprocess.TimeoutExpired):
            broker._watch.wait(0.3)
        assert answers(_path(url))
    finally:
        child.kill()
        child.wait()
    _until(lambda: not _runs(server))


def test_a_second_process_borrows_it_and_leaves_it_running(settings: Settings) -> None:
    process, url = _in_another_process(settings)
    try:
        second = Broker(settings)
        assert second.start() == url
        second.stop()
        assert answers(_path(url))
    finally:
        _finish(process)


def test_a_server_whose_launcher_has_gone_is_adopted_not_doubled(settings: Settings) -> None:
    process, url = _in_another_process(settings)
    server = _server(settings)
    for watch in psutil.Process(process.pid).children():
        if "beacon-broker-watch" in watch.cmdline():
            watch.kill()
    process.kill()
    _finish(process)
    assert _runs(server), "without its watch it is an orphan"
    broker = Broker(settings)
    assert broker.start() == url
    assert _server(settings) == server
    broker.stop()
    assert not _runs(server)


def test_a_record_that_names_a_stranger_is_not_believed(broker: Broker, settings: Settings) -> None:
    broker.start()
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        record = settings.run_dir / "valkey.json"
        server = _server(settings)
        server.kill()
        record.write_text(record.read_text().replace(f'"pid": {server.pid}', f'"pid": {stranger.pid}', 1))
        assert answers(_path(broker.start()))
        assert _server(settings).pid not in {server.pid, stranger.pid}
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_it_can_be_started_again_on_the_same_socket_after_a_crash(broker: Broker, settings: Settings) -> None:
    url = broker.start()
    _server(settings).kill()
    _until(lambda: not broker.alive())
    assert broker.start() == url
    assert answers(_path(url))


def test_a_data_folder_too_deep_for_a_socket_gets_a_short_private_one(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    broker = Broker(Settings(data_dir=deep, redis_url=""))
    path = Path(_path(broker.start()))
    try:
        assert len(str(path)) < 104
        assert path.parent.stat().st_mode & 0o777 == 0o700
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(path))
    finally:
        broker.stop()
    assert not path.parent.exists()


def test_a_server_of_the_systems_is_preferred(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "valkey-server"
    own.write_text("#!/bin/sh\n")
    own.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_server() == own
