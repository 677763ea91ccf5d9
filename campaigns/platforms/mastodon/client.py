"""Mastodon.py, set up so that it sends once, waits for nothing, and asks no question of its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mastodon import Mastodon

from campaigns.core.words import Sentence
from campaigns.platforms.contract import Reconnect, TryLater
from campaigns.platforms.sdk import OnceSession

if TYPE_CHECKING:
    from campaigns.platforms.contract import PlatformError
    from campaigns.platforms.verdicts import Answer

# Least that publishing, and finding again what was published, needs.
SCOPES = ["read:accounts", "read:statuses", "write:media", "write:statuses"]
AGENT = "Beacon"

_SPOKEN_VERSION = "4.5.0"  # given, Mastodon.py does not ask the server for it before the first call
_UNPROCESSED = re.compile("not finished processing", re.IGNORECASE)
_LOGIN = re.compile(r"scope|token|log[ -]?in|authoriz|authenticat|disabled|suspended|pending", re.IGNORECASE)
_STILL_PROCESSING_PAUSE = 10.0  # seconds


def open_session(deadline: float) -> OnceSession:
    return OnceSession("Mastodon", deadline, judge)


def open_client(server: str, session: OnceSession, token: str | None = None) -> Mastodon:
    """A client without state of its own, cheap to make for every call; the session has the connections."""
    return Mastodon(
        api_base_url=server,
        access_token=token,
        session=session,
        ratelimit_method="throw",
        mastodon_version=_SPOKEN_VERSION,
        version_check_mode="created",
        user_agent=AGENT,
    )


def judge(answer: Answer) -> PlatformError | None:
    """What Mastodon means by some of its 4xx answers."""
    if answer.status == 403 and _LOGIN.search(answer.words):  # noqa: PLR2004 - Forbidden
        return Reconnect(Sentence("Mastodon does not let this account post: %(words)s", words=answer.words))
    if answer.status == 422 and _UNPROCESSED.search(answer.words):  # noqa: PLR2004 - Unprocessable
        return TryLater(Sentence("Mastodon is still processing the image."), after=_STILL_PROCESSING_PAUSE)
    return None
