"""How each fault is done to a request."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse

from campaigns.platforms.practice.faults import Effect
from campaigns.platforms.practice.wire import cut, gone, transport_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from campaigns.platforms.practice.faults import Fault

HUGE = 100_000_000  # bytes


async def suffer(fault: Fault, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Treats the request as the fault says; `app` is what would have answered it.

    The body is read before any wait: a request whose caller gave up still lands, late, as on a
    real platform that was slow.
    """
    body = await _whole(receive)
    answer = await _answer(app, scope, body) if fault.accept else []
    if fault.effect is Effect.HANG and fault.seconds is None:
        return await gone(receive)
    await asyncio.sleep(fault.seconds or 0)
    if fault.gives_true_answer:
        answer = answer or await _answer(app, scope, body)
        if fault.effect is Effect.SLOW_HEADERS:
            return await _dribble(answer, fault.seconds or 0, scope, receive)
        for message in answer:
            await send(message)
        return None
    if fault.effect in {Effect.REFUSE, Effect.LOSE_ANSWER, Effect.HANG}:
        return await cut(scope, receive)
    return await _false_answer(fault)(scope, receive, send)


def _false_answer(fault: Fault) -> Response:
    if fault.effect is Effect.HTML:
        return HTMLResponse("<!doctype html><title>Hello</title><p>A page where JSON was expected.")
    if fault.effect is Effect.HUGE:
        return StreamingResponse(_huge(), media_type="application/json")
    if fault.effect is Effect.RATELIMIT:
        return JSONResponse({"error": "Too many requests."}, 429, {"Retry-After": str(fault.after)})
    try:
        phrase = HTTPStatus(fault.status).phrase
    except ValueError:
        phrase = "No such status"
    return JSONResponse({"error": f"{phrase}, as the fault rules ask."}, fault.status)


async def _huge() -> AsyncIterator[bytes]:
    yield b'{"id": "'
    for _ in range(HUGE // 100_000):
        yield b"1" * 100_000
    yield b'"}'


async def _whole(receive: Receive) -> list[Message]:
    messages = []
    more = True
    while more:
        message = await receive()
        messages.append(message)
        more = message.get("more_body", False)
    return messages


async def _answer(app: ASGIApp, scope: Scope, body: list[Message]) -> list[Message]:
    """What the application answers to a body that was read before."""
    left, answer = list(body), []

    async def receive() -> Message:
        return left.pop(0) if left else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        answer.append(message)

    await app(scope, receive, send)
    return answer


async def _dribble(answer: list[Message], seconds: float, scope: Scope, receive: Receive) -> None:
    """Writes the answer by hand, its head in small pieces."""
    status = answer[0]["status"]
    content = b"".join(message.get("body", b"") for message in answer[1:])
    head = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nconnection: close\r\n".encode()
    head += b"".join(name + b": " + value + b"\r\n" for name, value in answer[0]["headers"]) + b"\r\n"
    for byte in head:
        transport = transport_of(scope)
        if transport is None:
            return
        transport.write(bytes([byte]))
        await asyncio.sleep(seconds / len(head))
    transport = transport_of(scope)
    if transport:
        transport.write(content)
        transport.close()
        await gone(receive)
