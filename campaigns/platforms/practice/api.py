"""The practice platform's API: JSON over HTTP, a bearer token, ids as strings of digits.

    POST /api/accounts   {name, kind}            -> 201 {account, kind, token}; 409 when the name is taken
    GET  /api/me                                 -> {account, kind}
    POST /api/media?alt= image bytes             -> 201 {id}
    POST /api/posts      {text, language?, content_warning?, media?, reply_to?} -> 201 {id, url}
    GET  /api/timeline?since=&after=             -> {posts: [...], more}; readable accounts only
    GET  /api/log?after=SEQ                      -> JSON lines, oldest first
    GET, PUT /api/faults [rules]                 -> [rules]

A keyed account's second POST of one Idempotency-Key answers 200 with the first one's post, whatever
its body says; the other two classes pay no heed to the header.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route

from campaigns.platforms.practice import grammar
from campaigns.platforms.practice.accounts import NAME, Kind, new_token
from campaigns.platforms.practice.drafts import (
    UnprocessableError,
    check_image,
    read_body,
    read_draft,
    read_id,
    read_object,
)
from campaigns.platforms.practice.faults import BadFaultError, Faults, read_fault
from campaigns.platforms.practice.records import as_told

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.responses import Response

    from campaigns.platforms.practice.records import Account, Draft
    from campaigns.platforms.practice.store import Store

TIMELINE_PAGE = 200
LONGEST_KEY = 255


def routes() -> list[Route]:
    return [
        Route("/api/accounts", sign_up, methods=["POST"]),
        Route("/api/me", me),
        Route("/api/media", add_media, methods=["POST"]),
        Route("/api/posts", add_post, methods=["POST"]),
        Route("/api/timeline", timeline),
        Route("/api/log", log),
        Route("/api/faults", see_faults),
        Route("/api/faults", set_faults, methods=["PUT"]),
    ]


async def sign_up(request: Request) -> Response:
    """Makes an account. A known name takes its own token, or any comer once it was revoked."""
    told = await read_object(request)
    name, kind = told.get("name"), told.get("kind", Kind.KEYED)
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise UnprocessableError("A name has 1 to 30 characters of a-z, 0-9 and _.")
    if kind not in tuple(Kind):
        raise UnprocessableError(f"kind is one of: {', '.join(Kind)}.")
    store, token = _store(request), _token(request)
    owner = store.owner(token) if token else None
    known = store.account(name)
    if known and owner and owner.name == name:
        account = store.sign_up(name, known.kind, token)
        return JSONResponse({"account": account.name, "kind": account.kind, "token": token})
    if known and not known.revoked:
        raise HTTPException(409, f"The name {name!r} is taken; choose another.")
    token = new_token(name, Kind(kind))
    account = store.sign_up(name, Kind(kind), token)
    return JSONResponse({"account": account.name, "kind": account.kind, "token": token}, 201)


async def me(request: Request) -> Response:
    account = _signed_in(request)
    return JSONResponse({"account": account.name, "kind": account.kind})


async def add_media(request: Request) -> Response:
    account = _signed_in(request)
    mime = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    alt = request.query_params.get("alt", "")
    content = await read_body(request, grammar.LARGEST_IMAGE)
    check_image(mime, alt, content)
    number = _store(request).add_media(account.name, mime, alt, content)
    return JSONResponse({"id": str(number)}, 201)


async def add_post(request: Request) -> Response:
    account = _signed_in(request)
    key = request.headers.get("idempotency-key")
    if key is not None and len(key) > LONGEST_KEY:
        raise UnprocessableError(f"An Idempotency-Key has at most {LONGEST_KEY} characters.")
    draft = read_draft(await read_object(request))
    store = _store(request)
    _check_references(store, account, draft)
    post, new = store.accept(account.name, draft, key if account.kind is Kind.KEYED else None)
    return JSONResponse(
        {"id": str(post.id), "url": str(request.url_for("post", number=post.id))}, 201 if new else 200
    )


def _check_references(store: Store, account: Account, draft: Draft) -> None:
    if missing := store.missing_media(account.name, draft.media):
        raise UnprocessableError(f"There is no image {missing[0]} of this account.")
    if draft.reply_to is not None and store.post(draft.reply_to) is None:
        raise UnprocessableError(f"There is no post {draft.reply_to} to answer.")


async def timeline(request: Request) -> Response:
    account = _signed_in(request)
    if account.kind is not Kind.READABLE:
        raise HTTPException(403, f"The timeline of a {account.kind} account cannot be read.")
    since = _instant(request.query_params.get("since", "1970-01-01T00:00:00Z"))
    after = read_id(request.query_params.get("after", "0"))
    found = _store(request).timeline(account.name, since, after, TIMELINE_PAGE + 1)
    posts = [
        {**as_told(post), "url": str(request.url_for("post", number=post.id))}
        for post in found[:TIMELINE_PAGE]
    ]
    return JSONResponse({"posts": posts, "more": len(found) > TIMELINE_PAGE})


def _instant(told: str) -> str:
    try:
        moment = datetime.fromisoformat(told)
    except ValueError as unreadable:
        raise UnprocessableError("since is an instant such as 2027-10-10T08:00:00Z.") from unreadable
    if moment.tzinfo is None:
        raise UnprocessableError("since needs a zone, such as the Z of 2027-10-10T08:00:00Z.")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


async def log(request: Request) -> Response:
    found = _store(request).log(read_id(request.query_params.get("after", "0")))

    async def lines() -> AsyncIterator[str]:
        for line in found:
            yield json.dumps(line, ensure_ascii=False) + "\n"

    return StreamingResponse(lines(), media_type="application/jsonl")


async def see_faults(request: Request) -> Response:
    return JSONResponse([fault.as_json() for fault in Faults(_store(request)).now()])


async def set_faults(request: Request) -> Response:
    try:
        rules = json.loads(await read_body(request, 100_000))
        if not isinstance(rules, list):
            raise UnprocessableError("The rules are a list.")
        Faults(_store(request)).replace([read_fault(rule) for rule in rules])
    except BadFaultError as bad:
        raise UnprocessableError(str(bad)) from bad
    except ValueError as unreadable:
        raise UnprocessableError("The body is not JSON.") from unreadable
    return await see_faults(request)


def _store(request: Request) -> Store:
    store: Store = request.app.state.store
    return store


def _token(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _signed_in(request: Request) -> Account:
    token = _token(request)
    account = _store(request).owner(token) if token else None
    if account is None or account.revoked:
        raise HTTPException(401, "This token is not, or no longer, valid; sign up again.")
    return account
