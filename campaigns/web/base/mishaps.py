"""Whatever goes wrong becomes a page with one clear sentence; never a traceback, and never lost text."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse

from campaigns.core.errors import BeaconError, Conflict, Forbidden, Missing, Misuse, Unusable
from campaigns.web.base.forms import typed_in
from campaigns.web.base.guard import SAFE_METHODS
from campaigns.web.base.languages import N_
from campaigns.web.base.limits import TooLarge
from campaigns.web.base.visit import SignInNeeded, Visit, sign_in_path

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)

NO_PAGE = N_("There is no such page: the address may be mistyped, or what stood here was removed.")
NOT_SO = N_("This page cannot be used in that way; go back and use its buttons.")
DAMAGED = N_("This request was damaged on its way; load the page again and try once more.")
AWAY = N_("The database does not answer; what you typed stands below, so try again in a moment.")
UNFORESEEN = N_("Something went wrong inside Beacon. What you typed stands below; your operator finds "
                "the details in the log under the number %(number)s.")  # fmt: skip

STATUS: dict[type[BeaconError], int] = {
    TooLarge: 413,
    Missing: 404,
    Forbidden: 403,
    Conflict: 409,
    Misuse: 422,
    Unusable: 503,
}


@dataclass(frozen=True, slots=True)
class Mishap:
    """`sentence` may hold `%(number)s`; it is looked up in the catalogue, and shown as it is if not there."""

    status: int
    sentence: str
    number: str = ""


class Mishaps:
    """Inside the guard, so that these answers carry its headers too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def noted(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except ClientDisconnect:
            return
        except Exception as trouble:
            if begun:  # half an answer is out: the browser sees the connection break
                raise
            request = Request(scope, receive)
            answer = await answer_to(request, trouble)
            await answer(scope, receive, send)


async def answer_to(request: Request, trouble: Exception) -> Response:
    try:
        return await _answer_to(request, trouble)
    finally:
        await request.close()  # what was uploaded lies in temporary files until then


async def _answer_to(request: Request, trouble: Exception) -> Response:
    if isinstance(trouble, SignInNeeded):
        return await _ask_to_sign_in(request)
    mishap = _mishap(request, trouble)
    if mishap.status >= 400 and wants_json(request):  # noqa: PLR2004 - HTTP
        return JSONResponse({"error": _sentence(request, mishap)}, mishap.status)
    visit = _bare_visit(request)
    if visit is None:
        return PlainTextResponse(_sentence(request, mishap) + "\n", mishap.status)
    typed = None if request.method in SAFE_METHODS or mishap.status == 413 else await typed_in(request)  # noqa: PLR2004
    return visit.page(
        "error.html.j2", mishap.status, mishap=mishap, sentence=_sentence(request, mishap), typed=typed
    )


def wants_json(request: Request) -> bool:
    """Whether a script of ours asks, not a person."""
    return request.headers.get("accept", "").startswith("application/json")


async def _ask_to_sign_in(request: Request) -> Response:
    """A page is come back to after signing in. What was being sent is shown, to be sent again."""
    if wants_json(request):
        return JSONResponse({"error": "Sign in first; what you typed is still here."}, 401)
    if request.method in SAFE_METHODS:
        return RedirectResponse(sign_in_path(request), 303)
    visit = _bare_visit(request)
    if visit is None:
        return PlainTextResponse("Sign in first.\n", 401)
    return visit.page("signed_out.html.j2", 401, typed=await typed_in(request))


def _mishap(request: Request, trouble: Exception) -> Mishap:
    if isinstance(trouble, BeaconError):
        status = next((code for kind, code in STATUS.items() if isinstance(trouble, kind)), 500)
        return Mishap(status, trouble.sentence)
    if isinstance(trouble, RequestValidationError):
        return Mishap(404, NO_PAGE) if _in_the_path(trouble) else Mishap(422, DAMAGED)
    if isinstance(trouble, HTTPException):
        known = {404: NO_PAGE, 405: NOT_SO}
        return Mishap(trouble.status_code, known.get(trouble.status_code, DAMAGED))
    number = uuid4().hex[:8]
    log.error("%s %s failed, number %s", request.method, request.url.path, number, exc_info=trouble)
    if isinstance(trouble, DBAPIError):
        return Mishap(503, AWAY)
    return Mishap(500, UNFORESEEN, number)


def _in_the_path(trouble: RequestValidationError) -> bool:
    """`/posts/abc`: no number, and so no page."""
    return any(error["loc"][:1] == ("path",) for error in trouble.errors())


def _bare_visit(request: Request) -> Visit | None:
    """The page's frame without asking the database, which may be what is away. None while starting up."""
    app = request.scope.get("app")
    if app is None:
        return None
    person = getattr(request.state, "person", None)
    return Visit(request, app.state.clock.now(), person, None)


def _sentence(request: Request, mishap: Mishap) -> str:
    visit = _bare_visit(request)
    told = visit.told(visit.say(mishap.sentence)) if visit else mishap.sentence
    return told.replace("%(number)s", mishap.number)
