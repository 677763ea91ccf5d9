"""The token by which a monitoring system, which signs in nowhere, is known."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import Request

    from config.settings import Settings

NOT_SET = "Nobody may read this until BEACON_METRICS_TOKEN is set; see docs/watch-it-run.md.\n"
REFUSED = "Show the token of BEACON_METRICS_TOKEN in a header: Authorization: Bearer TOKEN\n"


def shows_token(request: Request, settings: Settings) -> bool:
    """Compared in constant time; without a token set, nobody shows it."""
    wanted = settings.metrics_token.get_secret_value()
    scheme, _, shown = request.headers.get("authorization", "").partition(" ")
    return (
        bool(wanted) and scheme.lower() == "bearer" and hmac.compare_digest(shown.encode(), wanted.encode())
    )


def trusted(request: Request, settings: Settings) -> bool:
    """Whether details may be told: to this machine where no proxy stands before it, or for the token."""
    here = request.client is not None and request.client.host in {"127.0.0.1", "::1"}
    return (here and not settings.public_url) or shows_token(request, settings)
