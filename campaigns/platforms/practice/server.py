"""The practice platform as a server, always on loopback."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import JSONResponse

from campaigns.platforms.practice import api, pages
from campaigns.platforms.practice.drafts import UnprocessableError
from campaigns.platforms.practice.faults import Faults
from campaigns.platforms.practice.gate import Gate
from campaigns.platforms.practice.store import Store
from campaigns.platforms.practice.wire import CuttableProtocol

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request
    from starlette.responses import Response

ADDRESS = "127.0.0.1"
STOP_WITHIN = 1  # seconds that requests under way have when the server is asked to stop


def create_app(data_dir: Path) -> Starlette:
    """The platform, its memory in `data_dir/practice.db`."""
    store = Store(data_dir / "practice.db")
    app = Starlette(
        routes=[*api.routes(), *pages.routes()],
        middleware=[Middleware(Gate, store=store, faults=Faults(store))],
        exception_handlers={HTTPException: _explain, UnprocessableError: _explain},
    )
    app.state.store = store
    return app


def run(port: int, data_dir: Path) -> None:
    """Serves until SIGINT or SIGTERM. Raises OSError when the port is taken."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((ADDRESS, port))
    serve(listener, data_dir)


def serve(listener: socket.socket, data_dir: Path) -> None:
    """Serves on a bound socket until SIGINT or SIGTERM."""
    config = uvicorn.Config(
        create_app(data_dir),
        http=CuttableProtocol,
        loop="asyncio",
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="error",
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=STOP_WITHIN,
    )
    uvicorn.Server(config).run(sockets=[listener])


async def _explain(request: Request, wrong: Exception) -> Response:
    status, why = (wrong.status_code, wrong.detail) if isinstance(wrong, HTTPException) else (422, str(wrong))
    if not request.url.path.startswith("/api/"):
        return pages.trouble(status, why)
    if request.method == "POST":
        request.app.state.store.note("refused", status=status, reason=why)
    return JSONResponse({"error": why}, status)
