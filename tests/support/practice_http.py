"""Single requests to the practice platform, made without any code of ours."""

from __future__ import annotations

import http.client
import json
from contextlib import closing
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from campaigns.platforms.contract import Connection
    from tests.support.practice import PracticeServer

PNG = b"\x89PNG\r\n\x1a\n and whatever follows"


def call(
    practice: PracticeServer,
    method: str,
    path: str,
    body: Any = None,
    *,
    account: Connection | None = None,
    **headers: str,
) -> tuple[int, Any]:
    """Status and JSON (or text) of one request on a connection of its own."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if account:
        sent["Authorization"] = f"Bearer {account.credentials['token']}"
    content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    with closing(http.client.HTTPConnection("127.0.0.1", practice.port, timeout=20)) as connection:
        connection.request(method, path, content, sent)
        answer = connection.getresponse()
        raw = answer.read().decode()
    return answer.status, json.loads(raw) if answer.getheader("content-type") == "application/json" else raw


def post(practice: PracticeServer, account: Connection, text: str, **more: Any) -> tuple[int, Any]:
    return call(practice, "POST", "/api/posts", {"text": text, **more}, account=account)


def upload(
    practice: PracticeServer,
    account: Connection,
    content: bytes = PNG,
    alt: str = "A door",
    mime: str = "image/png",
) -> tuple[int, Any]:
    path = f"/api/media?alt={quote(alt)}"
    return call(practice, "POST", path, content, account=account, Content_Type=mime)
