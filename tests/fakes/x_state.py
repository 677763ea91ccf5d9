"""What the fake X API holds, and the one account that it knows."""

from __future__ import annotations

import itertools
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

USER = {"id": "4242", "username": "beacon", "name": "Beacon"}
KEYS = {"api_key": "key", "api_secret": "s3", "access_token": "4242-token", "access_secret": "s4"}
CLIENT_ID = "client"


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
