"""The practice platform's public face: a feed that works without a script, and a form for faults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

from campaigns.platforms.practice.drafts import UnprocessableError, read_body
from campaigns.platforms.practice.faults import ENDPOINTS, BadFaultError, Effect, Faults, read_fault
from campaigns.platforms.practice.rendering import HERE, Conversation, page, tag_path

if TYPE_CHECKING:
    from starlette.requests import Request

    from campaigns.platforms.practice.records import Post
    from campaigns.platforms.practice.store import Store

SHOWN = 30  # threads or posts a page
SHOWN_OF_THREAD = 5
_LAST = 2**62
_STATIC = {"style.css": "text/css", "icon.svg": "image/svg+xml"}
_NUMBERS = ("seconds", "status", "after", "count")


def routes() -> list[Route]:
    return [
        Route("/", feed),
        Route("/@{name}", account),
        Route("/tags/{tag}", tag),
        Route("/posts/{number:int}", post, name="post"),
        Route("/media/{number:int}", media, name="media"),
        Route("/faults", faults),
        Route("/faults", change_faults, methods=["POST"]),
        Route("/static/{name}", static),
    ]


async def feed(request: Request) -> Response:
    begun = _store(request).beginnings(_before(request), SHOWN + 1)
    return page("feed.html", path="/", title="Feed", **_threads(request, begun))


async def account(request: Request) -> Response:
    name = request.path_params["name"]
    known = _store(request).account(name)
    if known is None:
        raise HTTPException(404, f"There is no account @{name} here.")
    begun = _store(request).beginnings(_before(request), SHOWN + 1, name)
    return page("account.html", path=f"/@{name}", title=f"@{name}", account=known, **_threads(request, begun))


async def tag(request: Request) -> Response:
    name = request.path_params["tag"]
    posts = _store(request).tagged(name, _before(request), SHOWN + 1)
    return page(
        "tag.html",
        path=tag_path(name),
        title=f"#{name}",
        conversations=[Conversation([post]) for post in posts[:SHOWN]],
        older=_older(posts),
    )


async def post(request: Request) -> Response:
    asked = _store(request).post(request.path_params["number"])
    if asked is None:
        raise HTTPException(404, "There is no such post here.")
    thread = _store(request).thread(asked.root)
    return page(
        "post.html",
        path=f"/posts/{asked.id}",
        title="Thread" if len(thread) > 1 else "Post",
        conversations=[Conversation(thread)],
        asked=asked.id,
    )


async def media(request: Request) -> Response:
    found = _store(request).media_bytes(request.path_params["number"])
    if found is None:
        raise HTTPException(404, "There is no such image here.")
    mime, content = found
    return Response(content, media_type=mime, headers={"Cache-Control": "max-age=31536000, immutable"})


async def static(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _STATIC:
        raise HTTPException(404, "There is no such file here.")
    return FileResponse(HERE / "static" / name, media_type=_STATIC[name])


async def faults(request: Request) -> Response:
    return _faults_page(request)


async def change_faults(request: Request) -> Response:
    """Adds the rule that the form tells, or takes all away."""
    told = dict(parse_qsl((await read_body(request, 10_000)).decode("utf-8", "replace")))
    rules = Faults(_store(request))
    if told.pop("do", "") == "clear":
        rules.replace([])
        return RedirectResponse("/faults", 303)
    try:
        rules.replace([*rules.now(), read_fault(_typed(told))])
    except (BadFaultError, ValueError) as bad:
        return _faults_page(request, str(bad), 422)
    return RedirectResponse("/faults", 303)


def _typed(told: dict[str, str]) -> dict[str, Any]:
    """A form's texts as the values that they spell."""
    rule: dict[str, Any] = dict(told)
    for name in _NUMBERS:
        if name in rule:
            try:
                rule[name] = float(rule[name])
            except ValueError:
                raise BadFaultError(f"{name} is a number.") from None
    return rule


def _faults_page(request: Request, wrong: str = "", status: int = 200) -> Response:
    return page(
        "faults.html",
        status,
        path="/faults",
        title="Faults",
        rules=Faults(_store(request)).now(),
        effects=list(Effect),
        endpoints=ENDPOINTS,
        wrong=wrong,
    )


def trouble(status: int, why: str) -> Response:
    """A page that says what is wrong."""
    return page("trouble.html", status, path="", title="Nothing here", why=why)


def _threads(request: Request, begun: list[Post]) -> dict[str, Any]:
    """What a page with threads shows: whole ones, unless they are long."""
    conversations = []
    for first in begun[:SHOWN]:
        posts = _store(request).thread(first.id)
        shown = posts if len(posts) <= SHOWN_OF_THREAD else posts[: SHOWN_OF_THREAD - 2]
        conversations.append(Conversation(shown, len(posts) - len(shown)))
    return {"conversations": conversations, "older": _older(begun)}


def _older(found: list[Post]) -> int | None:
    return found[SHOWN - 1].id if len(found) > SHOWN else None


def _before(request: Request) -> int:
    told = request.query_params.get("before", "")
    if not told:
        return _LAST
    if not (told.isascii() and told.isdigit() and len(told) <= 18):  # noqa: PLR2004 - 2**63
        raise UnprocessableError("This address has a wrong page number.")
    return int(told)


def _store(request: Request) -> Store:
    store: Store = request.app.state.store
    return store
