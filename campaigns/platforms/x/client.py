"""tweepy, set up so that it sends once, to the server we name; and what X means by its answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import tweepy

from campaigns.core.words import Sentence
from campaigns.platforms.contract import Reconnect, TryLater
from campaigns.platforms.sdk import OnceSession
from campaigns.platforms.waiting import wait_asked_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    import requests

    from campaigns.platforms.contract import PlatformError
    from campaigns.platforms.verdicts import Answer

LABEL = "X"
SERVER = "https://api.x.com"

_TWEEPYS_HOST = "https://api.twitter.com"  # written into tweepy.Client.request
_DUPLICATE = re.compile("duplicate content|status is a duplicate", re.IGNORECASE)
_LOCKED_OUT = re.compile(r"suspend|\blocked|oauth1 app permissions|enrolled|authenticat", re.IGNORECASE)


class TokenRefusedError(Reconnect):
    """A 401: the token ended or was revoked."""


class XSession(OnceSession):
    """Sends tweepy's requests to our server: before they are signed, since OAuth 1.0a signs the address."""

    def __init__(self, server: str, deadline: float) -> None:
        super().__init__(LABEL, deadline, judge)
        self._server = server

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        return super().request(method, str(url).replace(_TWEEPYS_HOST, self._server, 1), *args, **kwargs)


def signs(credentials: Mapping[str, Any]) -> bool:
    """Whether these are OAuth 1.0a user keys; else they are an OAuth 2.0 user token."""
    return "access_secret" in credentials


def open_client(session: XSession, credentials: Mapping[str, Any]) -> tweepy.Client:
    """A client without state of its own, cheap to make for every call; the session has the connections."""
    keys = (
        {
            "consumer_key": credentials["api_key"],
            "consumer_secret": credentials["api_secret"],
            "access_token": credentials["access_token"],
            "access_token_secret": credentials["access_secret"],
        }
        if signs(credentials)
        else {"bearer_token": credentials["access_token"]}
    )
    client = tweepy.Client(return_type=dict, wait_on_rate_limit=False, **keys)
    client.session = session
    return client


def judge(answer: Answer) -> PlatformError | None:
    """What X means by some of its 4xx answers (docs.x.com/x-api/fundamentals/response-codes-and-errors)."""
    words = answer.words or "it gave no reason."
    match answer.status:
        case 401:
            return TokenRefusedError(
                Sentence("X no longer accepts this account's credentials: %(words)s", words=words)
            )
        case 402:
            # Nothing is wrong with the post: held until a person paid, it can go out in its order.
            return Reconnect(
                Sentence("X wants to be paid before it takes more posts: %(words)s", words=words)
            )
        case 403 if _LOCKED_OUT.search(words):
            return Reconnect(Sentence("X does not let this account post: %(words)s", words=words))
        case 429:
            return TryLater(
                Sentence("X asked us to slow down: %(words)s", words=words), after=_wait(answer.headers)
            )
        case _:
            return None


def is_duplicate(words: str) -> bool:
    """Whether a refusal speaks of a text that the account has posted lately."""
    return bool(_DUPLICATE.search(words))


def _wait(headers: Mapping[str, str]) -> float | None:
    """Seconds until the limit that was hit is lifted: the one of a day, if that is used up."""
    for whose in ("user", "app"):
        if headers.get(f"x-{whose}-limit-24hour-remaining") == "0":
            day = {"x-rate-limit-reset": headers.get(f"x-{whose}-limit-24hour-reset", "")}
            return wait_asked_for({**day, "date": headers.get("date", "")})
    return wait_asked_for(headers)
