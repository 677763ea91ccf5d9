"""The door of the practice platform: who may knock, what is written down, which fault strikes."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse

from campaigns.platforms.practice.accounts import read_token
from campaigns.platforms.practice.faults import ENDPOINTS, Effect
from campaigns.platforms.practice.mishaps import suffer

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from campaigns.platforms.practice.faults import Faults
    from campaigns.platforms.practice.store import Store

HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
_WRONG_HOST = PlainTextResponse("This server answers to 127.0.0.1 and localhost only.", 421)
_WRONG_SITE = PlainTextResponse("A page of another site may not do this.", 403)
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_SAFE_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
}


class Gate:
    """Outermost ASGI layer. The log gets a line for every write as it begins, before anything else."""

    def __init__(self, app: ASGIApp, store: Store, faults: Faults) -> None:
        self._app, self._store, self._faults = app, store, faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        headers = Headers(scope=scope)
        if _host(headers.get("host", "")) not in HOSTS:
            return await _WRONG_HOST(scope, receive, send)
        if scope["method"] not in _READING and _comes_from_elsewhere(headers):
            return await _WRONG_SITE(scope, receive, send)
        return await self._admit(scope, receive, _with_safe_headers(send), headers)

    async def _admit(self, scope: Scope, receive: Receive, send: Send, headers: Headers) -> None:
        endpoint = _endpoint(scope["path"])
        if endpoint is None:
            return await self._app(scope, receive, send)
        token = headers.get("authorization", "").removeprefix("Bearer ")
        claim = read_token(token)
        account = claim.name if claim else None
        if scope["method"] not in _READING:
            key = headers.get("idempotency-key")
            self._store.note("begun", account, method=scope["method"], endpoint=endpoint, key=key)
        fault = self._faults.take(account, endpoint)
        if fault and fault.effect is not Effect.REVOKE:
            return await suffer(fault, self._app, scope, receive, send)
        if fault and (owner := self._store.owner(token)):
            self._store.revoke(owner.name)
        return await self._app(scope, receive, send)


def _endpoint(path: str) -> str | None:
    parts = path.split("/")
    return parts[2] if len(parts) > 2 and parts[1] == "api" and parts[2] in ENDPOINTS else None  # noqa: PLR2004 - "", "api", name


def _host(said: str) -> str:
    try:
        return (urlsplit(f"//{said}").hostname or "").lower()
    except ValueError:
        return ""


def _comes_from_elsewhere(headers: Headers) -> bool:
    """Browsers say where a form stood; programs say nothing."""
    if headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
        return True
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host")


def _with_safe_headers(send: Send) -> Send:
    async def safer(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _SAFE_HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return safer
