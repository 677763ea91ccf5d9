from __future__ import annotations
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.requests import Request


def routes() -> list[Route]:
    async def post(request: Request) -> Response:
        return PlainTextResponse("x")

    return [Route("/posts/{number:int}", post, name="post")]


def trouble(request: Request, status: int, why: str) -> Response:
    return PlainTextResponse(why, status)
