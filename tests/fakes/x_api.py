"""A fake of X's v2 API: a small real HTTP server on loopback, fed through tweepy itself.

Written from the published description (docs.x.com: posts, users, media, OAuth, rate limits,
counting characters) and from error bodies that people reported; never tried against X. It checks
OAuth 1.0a signatures, bearer tokens and single-use refresh tokens, the weighted length, repeated
text, media ids and alt text, and shows posts as X does: with t.co links, entities and escaping.

Not covered: protected accounts, long posts, polls, quotes, video and chunked upload, the rule
about replies by self-serve apps, prices, and every limit on rate but its headers. Faults (lost
answers, 429, 5xx, HTML, hanging) come from a `LossyProxy` in front of it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import itertools
import json
import re
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from unicodedata import normalize
from urllib.parse import parse_qs, parse_qsl, quote, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

USER = {"id": "4242", "username": "beacon", "name": "Beacon"}
KEYS = {"api_key": "key", "api_secret": "s3", "access_token": "4242-token", "access_secret": "s4"}
CLIENT_ID = "client"
DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
LINK = re.compile(
    r"https?://[^\s]+?(?=[.,!?]?(?:\s|$))|\b(?:[a-z0-9-]+\.)+(?:org|com|eu)\b(?:/\S*)?", re.IGNORECASE
)
PAGE = 5  # posts a page at most, whatever is asked, so that paging is tried


class Problem(Exception):  # noqa: N818 - named as RFC 9457 does
    def __init__(self, status: int, title: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.body = {"title": title, "detail": detail, "type": "about:blank", "status": status}


@dataclass(slots=True)
class Post:
    id: str
    text: str
    reply_to: str | None
    media: list[str]
    created: datetime


@dataclass
class XState:
    """What the server holds; shared by its threads under one lock."""

    posts: list[Post] = field(default_factory=list)
    media: dict[str, dict[str, Any]] = field(default_factory=dict)  # id -> category, size, alt, looks
    bearers: dict[str, float] = field(default_factory=dict)  # token -> end, by time.monotonic()
    refresh_tokens: set[str] = field(default_factory=set)
    revoked: bool = False
    credits_left: bool = True
    slow_media: int = 0  # how many looks an upload takes to be processed
    refreshes: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1_800_000_000_000_000_000))

    def issue(self, lifetime: float = 7200) -> dict[str, Any]:
        number = next(self.numbers)
        access, refresh = f"bearer-{number}", f"refresh-{number}"
        self.bearers[access] = time.monotonic() + lifetime
        self.refresh_tokens.add(refresh)
        return {
            "access_token": access,
            "refresh_token": refresh,
            "expires_in": lifetime,
            "token_type": "bearer",
        }


@contextmanager
def running_x_api() -> Iterator[tuple[str, XState]]:
    """Its base URL and its state."""
    server = _Server(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", server.state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def weighted_length(text: str) -> int:
    """Without emoji sequences: tests keep to what both count alike, and rules are tested by themselves."""
    text = LINK.sub("x" * 23, normalize("NFC", text))
    light = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
    return sum(1 if any(low <= ord(char) <= high for low, high in light) else 2 for char in text)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, *args: Any) -> None:
        self.state = XState()
        super().__init__(*args)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is what these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        self._serve(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def log_message(self, *_: object) -> None:
        """Silence: pytest shows what matters."""

    def _serve(self, raw: bytes) -> None:
        state = self.server.state
        try:
            with state.lock:
                status, body = self._answer(state, raw)
        except Problem as problem:
            status, body = problem.status, problem.body
        content = json.dumps(body).encode()
        self.send_response_only(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("x-rate-limit-limit", "100")
        self.send_header("x-rate-limit-remaining", "99")
        self.send_header("x-rate-limit-reset", str(int(time.time()) + 900))
        self.end_headers()
        self.wfile.write(content)

    def _answer(self, state: XState, raw: bytes) -> tuple[int, Any]:
        split = urlsplit(self.path)
        route = f"{self.command} {split.path}"
        query = {name: values[0] for name, values in parse_qs(split.query).items()}
        if route == "POST /2/oauth2/token":
            return 200, _refresh(state, parse_qs(raw.decode()))
        self._authenticate(state)
        if not state.credits_left:
            raise Problem(
                402,
                "CreditsDepleted",
                "Your enrolled account does not have any credits to fulfill this request.",
            )
        if route not in _ROUTES:
            raise Problem(404, "Not Found", f"There is no {route}.")
        status, answer = _ROUTES[route]
        return status, answer(state, json.loads(raw) if raw else query)

    def _authenticate(self, state: XState) -> None:
        kind, _, rest = self.headers.get("Authorization", "").partition(" ")
        known = (
            state.bearers.get(rest, 0) > time.monotonic()
            if kind == "Bearer"
            else kind == "OAuth" and self._signed()
        )
        if state.revoked or not known:
            raise Problem(401, "Unauthorized", "Unauthorized")

    def _signed(self) -> bool:
        """Whether the OAuth 1.0a signature is right (RFC 5849, 3.4); bodies in JSON are not signed."""
        sent = re.findall(r'(oauth_\w+)="([^"]*)"', self.headers["Authorization"])
        fields = {name: unquote(value) for name, value in sent}
        given = fields.pop("oauth_signature", "")
        if (fields.get("oauth_consumer_key"), fields.get("oauth_token")) != (
            KEYS["api_key"],
            KEYS["access_token"],
        ):
            return False
        split = urlsplit(f"http://{self.headers['Host']}{self.path}")
        parameters = [*fields.items(), *parse_qsl(split.query, keep_blank_values=True)]
        joined = "&".join(sorted(f"{_coded(name)}={_coded(value)}" for name, value in parameters))
        signed = "&".join(
            _coded(part) for part in (self.command, f"http://{split.netloc}{split.path}", joined)
        )
        key = f"{_coded(KEYS['api_secret'])}&{_coded(KEYS['access_secret'])}"
        right = base64.b64encode(hmac.digest(key.encode(), signed.encode(), hashlib.sha1)).decode()
        return hmac.compare_digest(right, given)


def _coded(text: str) -> str:
    return quote(text, safe="")


def _refresh(state: XState, form: dict[str, list[str]]) -> dict[str, Any]:
    token = form.get("refresh_token", [""])[0]
    if state.revoked or token not in state.refresh_tokens or form.get("client_id") != [CLIENT_ID]:
        raise Problem(400, "invalid_request", "Value passed for the token was invalid.")
    state.refresh_tokens.remove(token)
    state.refreshes += 1
    return state.issue()


def _create(state: XState, body: dict[str, Any]) -> dict[str, Any]:
    text = body.get("text", "")
    media = body.get("media", {}).get("media_ids", [])
    reply_to = body.get("reply", {}).get("in_reply_to_tweet_id")
    if not text and not media:
        raise Problem(400, "Invalid Request", "One or more parameters to your request was invalid.")
    if weighted_length(text) > 280:
        raise Problem(403, "Forbidden", "Your Tweet text is too long. For more information, visit the docs.")
    if any(post.text == text for post in state.posts):
        raise Problem(403, "Forbidden", DUPLICATE)
    if len(media) > 4 or any(held not in state.media for held in media):
        raise Problem(400, "Invalid Request", "Your media IDs are invalid.")
    if reply_to and all(post.id != reply_to for post in state.posts):
        raise Problem(
            403, "Forbidden", "You attempted to reply to a Tweet that is deleted or not visible to you."
        )
    post = Post(str(next(state.numbers)), text, reply_to, media, datetime.now(UTC))
    state.posts.append(post)
    return {"data": {"id": post.id, "text": _shown(post)["text"], "edit_history_tweet_ids": [post.id]}}


def _upload(state: XState, body: dict[str, Any]) -> dict[str, Any]:
    content = base64.b64decode(body["media"], validate=True)
    if len(content) > 5_000_000:
        raise Problem(413, "Payload Too Large", "The media is too large.")
    media_id = str(next(state.numbers))
    state.media[media_id] = {
        "category": body["media_category"],
        "size": len(content),
        "alt": None,
        "looks": state.slow_media,
    }
    return _media_status(state, {"media_id": media_id})


def _media_status(state: XState, query: dict[str, str]) -> dict[str, Any]:
    held = state.media.get(query.get("media_id", ""))
    if held is None:
        raise Problem(404, "Not Found", "There is no such media.")
    data = {"id": query["media_id"], "media_key": f"3_{query['media_id']}", "size": held["size"]}
    if held["looks"]:
        held["looks"] -= 1
        return {"data": {**data, "processing_info": {"state": "in_progress", "check_after_secs": 1}}}
    return {"data": data}


def _describe(state: XState, body: dict[str, Any]) -> dict[str, Any]:
    alt = body["metadata"]["alt_text"]["text"]
    if body["id"] not in state.media or len(alt) > 1000:
        raise Problem(400, "Invalid Request", "One or more parameters to your request was invalid.")
    state.media[body["id"]]["alt"] = alt
    return {"data": {"id": body["id"], "associated_metadata": {"alt_text": {"text": alt}}}}


def _timeline(state: XState, query: dict[str, str]) -> dict[str, Any]:
    since = datetime.fromisoformat(query["start_time"])
    newest_first = [post for post in reversed(state.posts) if post.created >= since]
    start = int(query.get("pagination_token", 0))
    page = newest_first[start : start + PAGE]
    meta: dict[str, Any] = {"result_count": len(page)}
    if start + PAGE < len(newest_first):
        meta["next_token"] = str(start + PAGE)
    return {"data": [_shown(post) for post in page], "meta": meta} if page else {"meta": meta}


def _shown(post: Post) -> dict[str, Any]:
    urls: list[dict[str, Any]] = []

    def shortened(target: str, **more: str) -> str:
        url = f"https://t.co/{post.id[-4:]}{len(urls)}"
        urls.append({"url": url, "expanded_url": target, **more})
        return url

    def link(found: re.Match[str]) -> str:
        written = found.group()
        return shortened(written if "://" in written else f"http://{written}")

    text = html.escape(LINK.sub(link, post.text), quote=False)
    for media_id in post.media[:1]:
        target = f"https://x.com/{USER['username']}/status/{post.id}/photo/1"
        text = f"{text} {shortened(target, media_key=f'3_{media_id}')}"
    shown: dict[str, Any] = {"id": post.id, "text": text, "created_at": post.created.isoformat()}
    if urls:
        shown["entities"] = {"urls": urls}
    if post.reply_to:
        shown["referenced_tweets"] = [{"type": "replied_to", "id": post.reply_to}]
    return shown


_ROUTES: dict[str, tuple[int, Callable[[XState, dict[str, Any]], dict[str, Any]]]] = {
    "GET /2/users/me": (200, lambda _state, _asked: {"data": USER}),
    "POST /2/tweets": (201, _create),
    "POST /2/media/upload": (200, _upload),
    "GET /2/media/upload": (200, _media_status),
    "POST /2/media/metadata": (200, _describe),
    f"GET /2/users/{USER['id']}/tweets": (200, _timeline),
}
