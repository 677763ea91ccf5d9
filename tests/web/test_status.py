"""What the web process tells programs, and to whom it answers at all."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from campaigns.app import create_app
from campaigns.core.db import write_session
from campaigns.core.moments import utc_now
from campaigns.models import Process
from config.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Engine
    from sqlmodel import Session


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str


@pytest.fixture
def get(database_url: str, tmp_path: Path) -> Iterator[Callable[..., Answer]]:
    """One request straight into the application, as a browser on this machine would send it."""
    app = create_app(
        Settings(data_dir=tmp_path, database_url=database_url, http_allowed_hosts="beacon.example")
    )

    async def ask(path: str, host: str, method: str) -> Answer:
        got: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            got.append(message)

        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [(b"host", host.encode())],
            "http_version": "1.1",
            "scheme": "http",
            "client": ("127.0.0.1", 50000),
        }
        await app(scope, receive, send)
        start, *rest = got
        headers = {name.decode(): value.decode() for name, value in start["headers"]}
        return Answer(start["status"], headers, b"".join(part.get("body", b"") for part in rest).decode())

    def get(path: str, host: str = "127.0.0.1:8420", method: str = "GET") -> Answer:
        return asyncio.run(ask(path, host, method))

    yield get
    app.state.engine.dispose()


def _change(engine: Engine, change: Callable[[Session], object]) -> None:
    with write_session(engine) as session:
        change(session)


def _process(kind: str, silent_for: timedelta = timedelta(0)) -> Process:
    now = utc_now()
    return Process(id=kind, kind=kind, host="here", pid=1, started_utc=now, seen_utc=now - silent_for)


def _all_up(engine: Engine) -> None:
    _change(engine, lambda session: session.add_all([_process("clock"), _process("worker")]))


def test_programs_get_how_the_install_stands(get: Callable[..., Answer], engine: Engine) -> None:
    _all_up(engine)
    told = json.loads(get("/status.json").text)
    assert {"due", "sent", "late", "next", "states", "processes"} <= told.keys()


def test_health_needs_nothing_and_ready_needs_clock_and_worker(
    get: Callable[..., Answer], engine: Engine
) -> None:
    assert get("/health").status == 200
    lacking = get("/ready")
    assert lacking.status == 503
    assert json.loads(lacking.text)["lacks"] == ["clock", "worker"]
    _all_up(engine)
    assert get("/ready").status == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "", "[::1", "localhost@evil.example:1"]
)
@pytest.mark.parametrize("path", ["/", "/status.json", "/health", "/nowhere"])
def test_a_strange_host_is_refused_everywhere(get: Callable[..., Answer], host: str, path: str) -> None:
    answer = get(path, host)
    assert answer.status == 421
    assert "content-security-policy" in answer.headers


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8420", "[::1]:8420", "beacon.example", "127.0.0.1"])
def test_our_own_names_are_answered(get: Callable[..., Answer], host: str) -> None:
    assert get("/health", host).status == 200


@pytest.mark.parametrize("path", ["/", "/status.json", "/health", "/nowhere"])
def test_every_answer_forbids_inline_scripts_frames_and_guessing(
    get: Callable[..., Answer], path: str
) -> None:
    headers = get(path).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
