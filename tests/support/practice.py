"""The practice platform as a real process; its log is what every engine test believes."""

from __future__ import annotations

import json
import multiprocessing
import socket
import sqlite3
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from campaigns.platforms.practice.connect import offline_connection
from campaigns.platforms.practice.server import serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.process import BaseProcess
    from pathlib import Path

    from campaigns.platforms.contract import Connection

# Each is forked from a process that has imported it all: hundreds of tests start one.
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["campaigns.platforms.practice.server"])


class PracticeServer:
    """One practice platform and one account on it (`practice`); a `PlatformHarness`."""

    platform = "practice"

    def __init__(self, folder: Path, kind: str = "keyed") -> None:
        self.folder, self.port = folder, 0
        self._process: BaseProcess | None = None
        self.start()
        account = self.account("practice", kind)
        self.handle, self.credentials, self.limits = account.handle, account.credentials, account.limits

    @property
    def server(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return self.server

    def account(self, name: str, kind: str = "keyed") -> Connection:
        """A further account; the server meets it when its token is first used."""
        return offline_connection(name, kind, self.server)

    # Its memory, read from its file: also while it is stopped.

    def log(self, *events: str) -> list[dict[str, Any]]:
        """The log's lines, oldest first; of the events named, if any."""
        path = self.folder / "practice.db"
        if not path.exists():
            return []
        with sqlite3.connect(path, timeout=10) as database:
            if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'log'").fetchone():
                return []  # it is still starting
            rows = database.execute("SELECT seq, at, event, account, detail FROM log ORDER BY seq").fetchall()
        database.close()
        lines = [
            {"seq": seq, "at": at, "event": event, "account": account, **json.loads(detail)}
            for seq, at, event, account, detail in rows
        ]
        return [line for line in lines if not events or line["event"] in events]

    def posts(self, account: str | None = None) -> list[dict[str, Any]]:
        """Posts accepted, in order of arrival; of one account, if named.

        Each: id, text, reply_to, media ([{"id", "alt"}]), warning, language, account, key, at, seq."""
        return [
            {**line, "warning": line["content_warning"]}
            for line in self.log("accepted")
            if account in {None, line["account"]}
        ]

    # What goes wrong.

    def faults(self, *rules: dict[str, Any]) -> None:
        """Replaces the fault rules: `{"effect": "lose_answer", "endpoint": "posts", "count": 1}`."""
        self._call("PUT", "/api/faults", list(rules))

    def lose_next_answer(self) -> None:
        self.faults({"effect": "lose_answer", "endpoint": "posts", "count": 1})

    def rate_limit_next(self, seconds: float) -> None:
        self.faults({"effect": "ratelimit", "endpoint": "posts", "after": seconds, "count": 1})

    def revoke(self, account: str = "practice") -> None:
        self.faults({"effect": "revoke", "account": account})

    def restore(self, account: str = "practice", token: str | None = None) -> None:
        """The token is good again; its account (this one's own, unless given) signs up with it."""
        self.faults()
        if token or account == self.handle:
            self._call("POST", "/api/accounts", {"name": account}, token or self.credentials["token"])

    def _call(self, method: str, path: str, body: Any, token: str = "") -> Any:
        request = urllib.request.Request(  # noqa: S310 - loopback
            self.server + path,
            json.dumps(body).encode(),
            {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - loopback
            return json.load(answer)

    # Up and down.

    def start(self) -> None:
        """Listens, at once: who connects before the process is ready waits in the kernel's queue."""
        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("127.0.0.1", self.port))
            listener.listen(128)
            self.port = listener.getsockname()[1]
            self._process = _FORKS.Process(target=serve, args=(listener, self.folder), daemon=True)
            self._process.start()

    def stop(self, *, kill: bool = False) -> None:
        """Connections are refused from now on. `kill`: SIGKILL, with no time to end anything."""
        if self._process:
            (self._process.kill if kill else self._process.terminate)()
            self._process.join(20)
            assert self._process.exitcode is not None, "the practice platform does not stop"
            self._process = None


@contextmanager
def running_practice(folder: Path, kind: str = "keyed") -> Iterator[PracticeServer]:
    """A practice platform on a free port, its memory in `folder`, gone at the end."""
    server = PracticeServer(folder, kind)
    try:
        yield server
    finally:
        server.stop(kill=True)
