"""What every answer goes through: the Host check, the cross-site check, and the headers that keep
browsers safe."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

SAFE_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
        "media-src 'self' blob:; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}
TLS_HEADERS = {"strict-transport-security": "max-age=31536000"}

STRANGE_HOST = "This server does not answer to that name: add it to BEACON_HTTP_ALLOWED_HOSTS.\n"
CROSS_SITE = (
    "This was sent from another site's page, so nothing was changed: open Beacon itself and try again.\n"
)


class Guard:
    """Outermost ASGI layer. A name that is not ours is refused: a page elsewhere may have pointed a domain
    of its own at this machine (DNS rebinding) to read what only this machine may see."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str], *, tls: bool) -> None:
        self._app, self._hosts = app, hosts
        self._headers = {**SAFE_HEADERS, **(TLS_HEADERS if tls else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        headers = Headers(scope=scope)
        if host_in(headers.get("host", "")) not in self._hosts:
            await PlainTextResponse(STRANGE_HOST, 421)(scope, receive, safely)
        elif scope["method"] not in SAFE_METHODS and from_elsewhere(headers):
            await PlainTextResponse(CROSS_SITE, 403)(scope, receive, safely)
        else:
            await self._app(scope, receive, safely)


def host_in(header: str) -> str:
    """The host of a Host header, without its port; empty when it makes no sense."""
    try:
        return (urlsplit(f"//{header}").hostname or "").lower()
    except ValueError:
        return ""


def from_elsewhere(headers: Headers) -> bool:
    """Whether a browser says that another site's page made this request (CSRF).

    Every browser since 2023 sends Sec-Fetch-Site; those before it send Origin with what changes anything.
    Neither header: no browser, and so no cookie that somebody else could ride on.
    """
    if site := headers.get("sec-fetch-site"):
        return site not in {"same-origin", "none"}
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc.lower() != headers.get("host", "").lower()
