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
import json
import re
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, parse_qsl, quote, unquote, urlsplit

from tests.fakes.x_answers import ROUTES, refresh
from tests.fakes.x_state import KEYS, Problem, XState

if TYPE_CHECKING:
    from collections.abc import Iterator


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
            return 200, refresh(state, parse_qs(raw.decode()))
        self._authenticate(state)
        if not state.credits_left:
            raise Problem(
                402,
                "CreditsDepleted",
                "Your enrolled account does not have any credits to fulfill this request.",
            )
        if route not in ROUTES:
            raise Problem(404, "Not Found", f"There is no {route}.")
        status, answer = ROUTES[route]
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
