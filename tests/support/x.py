"""The fake X API behind a proxy that can break things."""

from __future__ import annotations

import math
import re
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tests.fakes.x_api import running_x_api
from tests.fakes.x_state import KEYS, USER, XState
from tests.support.proxy import LossyProxy, lossy_proxy

if TYPE_CHECKING:
    from collections.abc import Iterator

POSTS = "/2/tweets"
# X links tags by itself; this is its grammar for plain words: not after a word, and not of digits alone.
LINKED_TAG = re.compile(r"(?<!\w)#(\w*[^\W\d_]\w*)")


class XHarness:
    """The account whose OAuth 1.0a keys are `KEYS`; implements `PlatformHarness`."""

    platform = "x"
    handle = f"@{USER['username']}"

    def __init__(self, state: XState, proxy: LossyProxy) -> None:
        self.state, self.proxy = state, proxy
        self.server = proxy.url
        self.credentials: dict[str, Any] = dict(KEYS)
        self.limits: dict[str, Any] = {}

    def posts(self) -> list[dict[str, Any]]:
        with self.state.lock:
            return [
                {
                    "id": post.id,
                    "text": post.text,
                    "reply_to": post.reply_to,
                    "media": [{"alt": self.state.media[held]["alt"]} for held in post.media],
                    "warning": None,
                    "language": None,
                    "tags": LINKED_TAG.findall(post.text),
                }
                for post in self.state.posts
            ]

    def lose_next_answer(self) -> None:
        self.proxy.lose_answer("POST", POSTS)

    def rate_limit_next(self, seconds: float) -> None:
        reset = {"x-rate-limit-reset": str(math.ceil(time.time() + seconds))}
        body = b'{"title": "Too Many Requests", "detail": "Too Many Requests", "status": 429}'
        self.proxy.answer(429, method="POST", path=POSTS, headers=reset, body=body)

    def revoke(self) -> None:
        self.state.revoked = True

    def restore(self) -> None:
        self.state.revoked = False

    def stop(self) -> None:
        self.proxy.stop()

    def start(self) -> None:
        self.proxy.start()


@contextmanager
def running_x() -> Iterator[XHarness]:
    with running_x_api() as (url, state), lossy_proxy(url) as proxy:
        yield XHarness(state, proxy)
