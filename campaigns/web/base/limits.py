"""No request may be longer than its page can use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers

from campaigns.core.errors import BeaconError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MEGABYTE = 1024 * 1024
USUAL = 2 * MEGABYTE
UPLOADS = {
    "/media": 110 * MEGABYTE,
    "/import": 20 * MEGABYTE,
    "/posts": 25 * MEGABYTE,
}  # by the beginning of the path


class TooLarge(BeaconError):  # noqa: N818 - reads as what it is at the raise
    """Answered with 413."""

    def __init__(self, most: int) -> None:
        super().__init__(
            f"This is larger than the {most // MEGABYTE} MB that fit here; send a smaller file or less text."
        )


class Limits:
    """Counts what really comes: a Content-Length may lie or be missing."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = next((size for path, size in UPLOADS.items() if scope["path"].startswith(path)), USUAL)
        stated = Headers(scope=scope).get("content-length", "0")
        if stated.isdecimal() and int(stated) > most:
            raise TooLarge(most)
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > most:
                raise TooLarge(most)
            return message

        await self._app(scope, counted, send)
