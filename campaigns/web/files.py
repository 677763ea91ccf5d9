"""Style sheets, scripts and pictures of the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from starlette.responses import Response

if TYPE_CHECKING:
    from campaigns.web.base.assets import Assets

router = APIRouter()


@router.get("/static/{version}/{name:path}")
async def asset(request: Request, version: str, name: str) -> Response:
    assets: Assets = request.app.state.assets
    return assets.answer(request, version, name)


@router.get("/favicon.ico")
async def icon(request: Request) -> Response:
    assets: Assets = request.app.state.assets
    return assets.answer(request, "", "beacon.svg")
