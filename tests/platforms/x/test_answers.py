"""What X's answers mean: sent, refused, later, connect again, or nobody can know."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from campaigns.platforms.contract import Reconnect, Refused, TryLater, Unclear
from tests.support.adapters import with_adapter
from tests.support.x import POSTS
from tests.support.x_posts import outgoing

if TYPE_CHECKING:
    from campaigns.platforms.contract import PlatformError
    from tests.support.x import XHarness

LONG_AGO = {"first_intent": "2026-01-01T00:00:00+00:00"}


def test_a_repeated_text_is_refused_on_the_first_try_and_unclear_on_a_later_one(x: XHarness) -> None:
    with_adapter(x, lambda adapter: adapter.send(outgoing()))
    with pytest.raises(Refused, match="duplicate"):
        with_adapter(x, lambda adapter: adapter.send(outgoing()))
    with pytest.raises(Unclear) as raised:
        with_adapter(x, lambda adapter: adapter.send(outgoing(frozen=LONG_AGO)))
    assert not raised.value.sick
    assert len(x.posts()) == 1


def problem(status: int, detail: str) -> bytes:
    return json.dumps(
        {"title": "A title", "detail": detail, "type": "about:blank", "status": status}
    ).encode()


@pytest.mark.parametrize(
    ("status", "body", "verdict"),
    [
        (400, problem(400, "One or more parameters to your request was invalid."), Refused),
        (401, problem(401, "Unauthorized"), Reconnect),
        (402, problem(402, "Your enrolled account does not have any credits."), Reconnect),
        (403, problem(403, "Your account is suspended."), Reconnect),
        (403, problem(403, "Your client app is not configured with the oauth1 app permissions."), Reconnect),
        (403, problem(403, "You have been blocked from replying."), Refused),
        (403, problem(403, "Your account is temporarily locked."), Reconnect),
        (403, problem(403, "Reply to this conversation is not allowed."), Refused),
        (403, b'{"errors": [{"code": 186, "message": "Tweet needs to be a bit shorter."}]}', Refused),
        (404, problem(404, "Not found"), Refused),
        (413, b"<html>", Refused),
        (429, problem(429, "Too Many Requests"), TryLater),
        (408, b"", Unclear),
        (500, problem(500, "Internal"), Unclear),
        (503, b"<html>Over capacity</html>", Unclear),
        (200, b"<html>Over capacity</html>", Unclear),
        (200, b'{"errors": []}', Unclear),
        (200, b"[]", Unclear),
    ],
)
def test_every_answer_is_one_of_the_four(
    x: XHarness, status: int, body: bytes, verdict: type[PlatformError]
) -> None:
    x.proxy.answer(status, path=POSTS, body=body)
    with pytest.raises(verdict) as raised:
        with_adapter(x, lambda adapter: adapter.send(outgoing()))
    assert x.posts() == []
    if body.startswith(b"{") and status in {400, 402, 403}:
        told = json.loads(body)
        assert (told.get("detail") or told["errors"][0]["message"]) in str(raised.value)


def test_the_end_of_the_limit_that_was_hit_is_kept(x: XHarness) -> None:
    x.rate_limit_next(100)
    with pytest.raises(TryLater) as raised:
        with_adapter(x, lambda adapter: adapter.send(outgoing()))
    assert raised.value.after == pytest.approx(100, abs=2)
    soon, tonight = str(int(time.time()) + 60), str(int(time.time()) + 7200)
    daily = {
        "x-rate-limit-reset": soon,
        "x-user-limit-24hour-remaining": "0",
        "x-user-limit-24hour-reset": tonight,
    }
    x.proxy.answer(429, path=POSTS, headers=daily)
    with pytest.raises(TryLater) as raised:
        with_adapter(x, lambda adapter: adapter.send(outgoing()))
    assert raised.value.after == pytest.approx(7200, abs=5)


def test_a_refused_connection_is_provably_unsent(x: XHarness) -> None:
    x.stop()
    with pytest.raises(TryLater):
        with_adapter(x, lambda adapter: adapter.send(outgoing()))
    x.start()
    with_adapter(x, lambda adapter: adapter.send(outgoing()))


def test_an_api_that_hangs_is_given_up_within_the_deadline(x: XHarness) -> None:
    x.proxy.hang(path=POSTS)
    started = time.monotonic()
    with pytest.raises(Unclear) as raised:
        with_adapter(x, lambda adapter: adapter.send(outgoing()), deadline=0.8)
    assert raised.value.sick
    assert time.monotonic() - started < 3


def test_no_credits_hold_the_account_with_what_x_says(x: XHarness) -> None:
    x.state.credits_left = False
    with pytest.raises(Reconnect, match="credits"):
        with_adapter(x, lambda adapter: adapter.probe())


def test_wrong_keys_are_told_apart(x: XHarness) -> None:
    x.credentials["access_secret"] = "wrong"
    with pytest.raises(Reconnect):
        with_adapter(x, lambda adapter: adapter.probe())
