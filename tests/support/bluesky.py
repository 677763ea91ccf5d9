"""The reference Bluesky server (PDS) for tests, with accounts made through its own API.

It runs on Node from `tests/support/pds`; install it there once with `npm ci --prefix tests/support/pds`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
import math
import os
import secrets
import select
import shutil
import subprocess
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.proxy import LossyProxy, lossy_proxy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FOLDER = Path(__file__).parent / "pds"
INSTALL = "npm ci --prefix tests/support/pds"
OLDEST_NODE = 20
STARTS_WITHIN = 60  # seconds
STOPS_WITHIN = 10

_PUBLISH = "com.atproto.repo.putRecord"


def require_pds() -> None:
    """Skips the test, saying why, where the server cannot run; fails it under CI, which installs it."""
    reason = _why_not()
    if reason and os.environ.get("CI") == "true":
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)


def _why_not() -> str | None:
    node = shutil.which("node")
    if not node:
        return f"The Bluesky server needs Node {OLDEST_NODE} or newer, and there is no `node` here."
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if int(version.removeprefix("v").split(".")[0]) < OLDEST_NODE:
        return f"The Bluesky server needs Node {OLDEST_NODE} or newer; here is {version}."
    if not (FOLDER / "node_modules" / "@atproto" / "pds").exists():
        return f"The Bluesky server is not installed; run: {INSTALL}"
    return None


class Pds:
    """One running server; ends with the test run even when that is killed, since it watches its input."""

    def __init__(self, folder: Path) -> None:
        self._jwt_secret = secrets.token_hex(32)
        self._admin_password = secrets.token_hex(16)
        self._numbers = itertools.count(1)
        with (folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                ["node", FOLDER / "server.mjs"],
                env={**os.environ, **self._settings(folder)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        assert self._process.stdout
        ready, _, _ = select.select([self._process.stdout], [], [], STARTS_WITHIN)
        line = self._process.stdout.readline() if ready else b""
        if not line:
            self.stop()
            raise RuntimeError((folder / "log").read_text())
        self.url: str = json.loads(line)["url"]

    def _settings(self, folder: Path) -> dict[str, str]:
        return {
            "LOG_ENABLED": "false",
            "PDS_HOSTNAME": "localhost",
            "PDS_DATA_DIRECTORY": str(folder),
            "PDS_BLOBSTORE_DISK_LOCATION": str(folder / "blobs"),
            "PDS_BLOBSTORE_DISK_TMP_LOCATION": str(folder / "blobs-coming"),
            "PDS_DEV_MODE": "true",
            "PDS_INVITE_REQUIRED": "false",
            "PDS_RATE_LIMITS_ENABLED": "true",
            "PDS_ADMIN_PASSWORD": self._admin_password,
            "PDS_JWT_SECRET": self._jwt_secret,
            "PDS_DPOP_SECRET": secrets.token_hex(32),
            "PDS_PLC_ROTATION_KEY_K256_PRIVATE_KEY_HEX": secrets.token_hex(32),
        }

    def stop(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        try:
            self._process.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def create_account(self) -> Account:
        handle = f"account{next(self._numbers)}.test"
        owner = self.call(
            "com.atproto.server.createAccount",
            {"handle": handle, "email": f"{handle}@example.org", "password": secrets.token_hex(16)},
        )
        return Account(self, owner)

    def call(self, procedure: str, body: Mapping[str, Any] | None = None, *, token: str = "") -> Any:
        """Calls a procedure, or a query when there is no body; raises `HTTPError` for a refusal."""
        request = urllib.request.Request(  # noqa: S310 - always loopback
            f"{self.url}/xrpc/{procedure}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"} | ({"Authorization": token} if token else {}),
        )
        with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
            content = response.read()
        return json.loads(content) if content else None

    def set_takedown(self, did: str, *, applied: bool) -> None:
        self.call(
            "com.atproto.admin.updateSubjectStatus",
            {
                "subject": {"$type": "com.atproto.admin.defs#repoRef", "did": did},
                "takedown": {"applied": applied, "ref": "test"},
            },
            token="Basic " + base64.b64encode(f"admin:{self._admin_password}".encode()).decode(),
        )

    def expired_access(self, did: str) -> str:
        """An access token as this server made it three hours ago; they last two."""
        made = int(time.time()) - 3 * 3600
        claims = {
            "scope": "com.atproto.appPass",
            "aud": "did:web:localhost",
            "sub": did,
            "iat": made,
            "exp": made + 2 * 3600,
        }
        signed = f"{_base64({'typ': 'at+jwt', 'alg': 'HS256'})}.{_base64(claims)}"
        signature = hmac.new(self._jwt_secret.encode(), signed.encode(), hashlib.sha256).digest()
        return f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


class Account:
    """An account on the server, with an app password as its owner would make one."""

    def __init__(self, pds: Pds, owner: Mapping[str, Any]) -> None:
        self._pds, self._owner = pds, f"Bearer {owner['accessJwt']}"
        self.did: str = owner["did"]
        self.handle: str = owner["handle"]
        made = pds.call("com.atproto.server.createAppPassword", {"name": "beacon"}, token=self._owner)
        self.app_password: str = made["password"]

    def credentials(self) -> dict[str, Any]:
        """As `connect` returns them."""
        session = self._pds.call(
            "com.atproto.server.createSession", {"identifier": self.did, "password": self.app_password}
        )
        return {
            "did": self.did,
            "app_password": self.app_password,
            "access": session["accessJwt"],
            "refresh": session["refreshJwt"],
        }

    def revoke_app_password(self) -> None:
        """Ends its refresh tokens too; an access token goes on until it runs out, as on any PDS."""
        self._pds.call("com.atproto.server.revokeAppPassword", {"name": "beacon"}, token=self._owner)

    def records(self) -> list[dict[str, Any]]:
        """The posts that the server holds, oldest first: `uri`, `cid`, `value`."""
        query = f"repo={self.did}&collection=app.bsky.feed.post&limit=100&reverse=true"
        records: list[dict[str, Any]] = self._pds.call(f"com.atproto.repo.listRecords?{query}")["records"]
        return records


class BlueskyHarness:
    """One account on a PDS, reached through a proxy that can fail."""

    platform = "bluesky"

    def __init__(self, pds: Pds, proxy: LossyProxy) -> None:
        self.pds, self.proxy = pds, proxy
        self.account = pds.create_account()
        self.server = proxy.url
        self.handle = self.account.handle
        self.credentials = self.account.credentials()
        self.limits: dict[str, Any] = {}

    def posts(self) -> list[dict[str, Any]]:
        return [_as_post(record) for record in self.account.records()]

    def asked(self, procedure: str) -> int:
        """How many requests for this procedure arrived through the proxy."""
        return sum(path.split("?")[0].endswith(procedure) for _, path in self.proxy.seen)

    def lose_next_answer(self) -> None:
        self.proxy.lose_answer("POST", _PUBLISH)

    def rate_limit_next(self, seconds: float) -> None:
        self.proxy.answer(
            429,
            method="POST",
            path=_PUBLISH,
            headers={"RateLimit-Limit": "5000", "RateLimit-Reset": str(math.ceil(time.time() + seconds))},
            body=b'{"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}',
        )

    def revoke(self) -> None:
        """Only a takedown ends access tokens at once; a revoked app password lets them run out."""
        self.pds.set_takedown(self.account.did, applied=True)

    def restore(self) -> None:
        self.pds.set_takedown(self.account.did, applied=False)

    def stop(self) -> None:
        self.proxy.stop()

    def start(self) -> None:
        self.proxy.start()


@contextmanager
def running_pds() -> Iterator[Pds]:
    require_pds()
    with tempfile.TemporaryDirectory(prefix="beacon-pds-", ignore_cleanup_errors=True) as folder:
        pds = Pds(Path(folder))
        try:
            yield pds
        finally:
            pds.stop()


@contextmanager
def account_on(pds: Pds) -> Iterator[BlueskyHarness]:
    """A fresh account on a running server."""
    with lossy_proxy(pds.url) as proxy:
        yield BlueskyHarness(pds, proxy)


def _as_post(record: Mapping[str, Any]) -> dict[str, Any]:
    value = record["value"]
    features = [
        feature for facet in value.get("facets", []) for feature in facet["features"] if "tag" in feature
    ]
    return {
        "id": record["uri"],
        "text": value["text"],
        "tags": [feature["tag"] for feature in features],
        "reply_to": value["reply"]["parent"]["uri"] if "reply" in value else None,
        "media": [{"alt": image["alt"]} for image in value.get("embed", {}).get("images", [])],
        "warning": None,
        "language": next(iter(value.get("langs", [])), None),
    }


def _base64(claims: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
