"""One request over aiohttp, one verdict: its answer, or one of the four errors."""

from __future__ import annotations

import json
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

import aiohttp

from campaigns.core.words import Sentence
from campaigns.platforms.contract import PlatformError, Reconnect, TryLater, Unclear
from campaigns.platforms.verdicts import Answer, heard, verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

LARGEST_ANSWER = 2_000_000  # bytes; no answer we ask for comes near it
IDLE_REUSE = 2.0  # seconds; servers close idle connections after 5 (Node, uvicorn, Apache) or more
CONNECT_SHARE = 0.5  # of the deadline; what times out while connecting was provably not sent


def open_session() -> aiohttp.ClientSession:
    """An HTTP session for adapters: no cookies, and no connection reused after `IDLE_REUSE` seconds.

    A connection that the server closes just as we write to it costs an unclear outcome, since
    nobody can say whether the request was read; so one that is idle for long is never written to.
    """
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=IDLE_REUSE),
        cookie_jar=aiohttp.DummyCookieJar(),
    )


async def ask(
    http: aiohttp.ClientSession,
    method: str,
    url: str,
    *,
    label: str,
    deadline: float,
    headers: Mapping[str, str] | None = None,
    params: Mapping[str, str] | None = None,
    body: Any = None,
    data: bytes | None = None,
    expected: Collection[int] = (),
    reconnect: Collection[int] = (401,),
    judge: Callable[[Answer], PlatformError | None] | None = None,
    secrets: Collection[str] = (),
    largest: int = LARGEST_ANSWER,
) -> Answer:
    """Sends one request, at most once on the wire, and returns its 2xx answer in JSON.

    `label` names the platform in messages; `deadline` is seconds; `body` is sent as JSON, `data` as
    it is. A status in `expected` is handed back; of other 4xx answers `judge` may say what they mean
    before the usual verdict: 429 `TryLater`, one in `reconnect` `Reconnect`, else `Refused`.
    `secrets`, and whatever stands in an Authorization header, never appear in a message.
    A cancellation from outside passes through; the connection is dropped with it.
    """
    sent = dict(headers or {})
    hidden = (*secrets, sent.get("Authorization", "").rpartition(" ")[2])
    try:
        async with http.request(
            method,
            url,
            params=params,
            headers=sent,
            json=body,
            data=None if data is None else BytesIO(data),  # bytes would be written in one piece
            allow_redirects=False,
            timeout=_timeout(deadline),
            middlewares=() if method == "POST" else _ONCE,  # a POST is never sent again by itself
        ) as response:
            if 200 <= response.status < 300:  # noqa: PLR2004 - the class of statuses
                return Answer(response.status, response.headers, await _json(response, label, largest))
            if response.status in expected:
                return await _told(response, hidden)
            raise verdict(await _told(response, hidden), label, reconnect=reconnect, judge=judge)
    except PlatformError:
        raise
    except aiohttp.ClientConnectorCertificateError as untrusted:
        why = getattr(untrusted.certificate_error, "verify_message", "") or Sentence("it cannot be trusted")
        raise TryLater(
            Sentence(
                "%(platform)s's certificate was refused: %(why)s; nothing was sent.", platform=label, why=why
            )
        ) from None
    except aiohttp.ClientConnectorDNSError as unknown:
        raise TryLater(
            Sentence(
                "%(platform)s's address %(host)s could not be found; nothing was sent.",
                platform=label,
                host=unknown.host,
            )
        ) from None
    except (aiohttp.ClientConnectorError, aiohttp.ClientHttpProxyError, aiohttp.ConnectionTimeoutError):
        # not chained: some of these carry the whole address, query included
        raise TryLater(
            Sentence("%(platform)s could not be reached; nothing was sent.", platform=label)
        ) from None
    except aiohttp.InvalidURL:
        raise Reconnect(
            Sentence("The server address of this %(platform)s account is not a web address.", platform=label)
        ) from None
    except TimeoutError:
        raise Unclear(
            Sentence(
                "%(platform)s did not answer within %(seconds)s s.", platform=label, seconds=f"{deadline:g}"
            )
        ) from None
    except (aiohttp.ClientError, OSError, _CutError):
        raise Unclear(
            Sentence("%(platform)s broke the connection before its answer was whole.", platform=label),
            sick=False,
        ) from None


class _CutError(Exception):
    """The connection broke once the request may have been on the wire."""


async def _only_once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Hides a broken connection from aiohttp, which would re-send a PUT on a fresh one by itself."""
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as cut:
        raise _CutError from cut


_ONCE = (_only_once,)


@lru_cache(100)
def _timeout(deadline: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=deadline, connect=deadline * CONNECT_SHARE)


async def _json(response: aiohttp.ClientResponse, label: str, largest: int) -> Any:
    raw = await _read(response, largest + 1)
    if response.status == 204 and not raw:  # noqa: PLR2004 - No Content
        return None
    if len(raw) > largest:
        raise Unclear(
            Sentence("%(platform)s answered with far more than was asked for.", platform=label), sick=False
        )
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        raise Unclear(
            Sentence("%(platform)s answered with something that is not JSON.", platform=label), sick=False
        ) from None


async def _read(response: aiohttp.ClientResponse, most: int) -> bytes:
    """The body's first bytes, unpacked; never more than `most`."""
    raw = bytearray()
    while len(raw) < most and (chunk := await response.content.read(min(65_536, most - len(raw)))):
        raw += chunk
    return bytes(raw)


async def _told(response: aiohttp.ClientResponse, hidden: Collection[str]) -> Answer:
    """An answer other than 2xx; its status is what counts, so a broken body is no body."""
    try:
        raw = await _read(response, 65_536)
    except (aiohttp.ClientError, OSError):
        raw = b""
    return heard(response.status, response.headers, raw, hidden)
