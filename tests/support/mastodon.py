"""A real `mastodon_mock serve` process on loopback, behind a proxy that can break things."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests

from tests.support.ports import free_port
from tests.support.proxy import LossyProxy, lossy_proxy

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = "mock_token"
START_SECONDS = 60.0


class MastodonHarness:
    """The account that `TOKEN` belongs to; implements `PlatformHarness`."""

    platform = "mastodon"

    def __init__(self, direct: str, proxy: LossyProxy) -> None:
        self.direct, self.proxy = direct, proxy
        self.server = proxy.url
        self.credentials: dict[str, Any] = {"access_token": TOKEN}
        self._account = self._get("/api/v1/accounts/verify_credentials")
        self.handle = f"@{self._account['acct']}@127.0.0.1"
        configuration = self._get("/api/v2/instance")["configuration"]
        self.limits = {part: configuration[part] for part in ("statuses", "media_attachments")}
        self._seeded = {status["id"] for status in self._statuses()}

    def posts(self) -> list[dict[str, Any]]:
        return [
            {
                "id": status["id"],
                "text": self._get(f"/api/v1/statuses/{status['id']}/source")["text"],
                "reply_to": status["in_reply_to_id"],
                "media": [{"alt": held["description"]} for held in status["media_attachments"]],
                "warning": status["spoiler_text"] or None,
                "language": status["language"],
                "html": status["content"],
                "tags": [tag["name"] for tag in status["tags"]],
                "sensitive": status["sensitive"],
            }
            for status in reversed(self._statuses())
            if status["id"] not in self._seeded
        ]

    def lose_next_answer(self) -> None:
        self.proxy.lose_answer("POST", "/api/v1/statuses")

    def rate_limit_next(self, seconds: float) -> None:
        self.proxy.answer(
            429,
            method="POST",
            path="/api/v1/statuses",
            headers={"Retry-After": f"{seconds:g}"},
            body=b'{"error": "Too many requests"}',
        )

    def revoke(self) -> None:
        refusal = {"type": "status", "status": 401, "body": {"error": "The access token was revoked"}}
        requests.post(f"{self.direct}/api/v1/_mock/faults", json={"effect": refusal}, timeout=10)

    def restore(self) -> None:
        requests.delete(f"{self.direct}/api/v1/_mock/faults", timeout=10)

    def stop(self) -> None:
        self.proxy.stop()

    def start(self) -> None:
        self.proxy.start()

    def authorise(self, page: str) -> str:
        """What a person does on the page that asks whether Beacon may post; returns the code shown."""
        requests.get(page, timeout=10).raise_for_status()
        form = {"username": self._account["username"], "redirect_uri": "urn:ietf:wg:oauth:2.0:oob"}
        shown = requests.post(f"{self.direct}/oauth/authorize", data=form, timeout=10).text
        return shown.partition("code: ")[2].partition("<")[0]

    def _statuses(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._get(f"/api/v1/accounts/{self._account['id']}/statuses?limit=40")
        return found

    def _get(self, path: str) -> Any:
        answer = requests.get(
            f"{self.direct}{path}", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=10
        )
        answer.raise_for_status()
        return json.loads(answer.text)


@contextmanager
def mastodon_process(folder: Path) -> Iterator[str]:
    """The URL of a fresh server; `folder` takes its log. Takes about two seconds to start."""
    port = free_port()
    program = Path(sys.executable).with_name("mastodon_mock")
    with (folder / "mastodon.log").open("wb") as log:
        process = subprocess.Popen(
            [program, "serve", "--in-memory", "--host", "127.0.0.1", "--port", str(port)],
            cwd=folder,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPATH": ""},
            stdout=log,
            stderr=log,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for(url, process, folder / "mastodon.log")
            yield url
        finally:
            process.terminate()
            process.wait(10)


@contextmanager
def mastodon_harness(direct: str) -> Iterator[MastodonHarness]:
    """A clean server behind a fresh proxy."""
    requests.post(f"{direct}/api/v1/_mock/reset", timeout=30).raise_for_status()
    with lossy_proxy(direct) as proxy:
        yield MastodonHarness(direct, proxy)


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends and process.poll() is None:
        try:
            requests.get(f"{url}/api/v2/instance", timeout=5).raise_for_status()
        except requests.RequestException:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"mastodon_mock did not start: {log.read_text('utf-8', 'replace')[-2000:]}")
