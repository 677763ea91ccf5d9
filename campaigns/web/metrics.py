"""/metrics: the whole install for Prometheus, from one scrape of any web process."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from campaigns.core.db import read_session
from campaigns.deliver.figures import figures
from campaigns.web.base.tokens import NOT_SET, REFUSED, shows_token

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

router = APIRouter()


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """Only for who shows the token: names of accounts stand here."""
    settings = request.app.state.settings
    if not settings.metrics_token.get_secret_value():
        return PlainTextResponse(NOT_SET, 403)
    if not shows_token(request, settings):
        return PlainTextResponse(REFUSED, 401, {"www-authenticate": 'Bearer realm="beacon metrics"'})
    from campaigns.web.base.exposition import exposition  # noqa: PLC0415 - 10 MB, and few ask

    with read_session(request.app.state.engine) as session:
        now = figures(session, request.app.state.clock.now(), request.app.state.census)
    database = "sqlite" if settings.on_sqlite else "postgresql"
    return Response(exposition(now, database), media_type=CONTENT_TYPE)
