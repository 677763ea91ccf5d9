"""The cookies of the pages. Ports of one machine share their cookies, so each name says its port."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from config.settings import Settings

LOGIN = "login"
KNOWN = "known"  # this browser has been signed in before, as whom: see people.throttle
FLASH = "flash"
YEAR = 365 * 24 * 3600  # seconds


def _name(settings: Settings, what: str) -> str:
    """Behind TLS the prefix makes browsers refuse one that a neighbouring site has planted."""
    return f"__Host-beacon-{what}" if settings.behind_tls else f"beacon-{settings.http_port}-{what}"


def read(request: Request, what: str) -> str:
    return request.cookies.get(_name(request.app.state.settings, what), "")


def put(response: Response, settings: Settings, what: str, value: str, seconds: int) -> None:
    response.set_cookie(
        _name(settings, what),
        value,
        max_age=seconds,
        path="/",
        secure=settings.behind_tls,
        httponly=True,
        samesite="lax",
    )


def drop(response: Response, settings: Settings, what: str) -> None:
    put(response, settings, what, "", 0)
