from __future__ import annotations

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from campaigns.platforms.contract import MediaFile, Outgoing, Reconnect, Refused, TryLater, Unclear
from tests.fakes.x_state import CLIENT_ID
from tests.support.adapters import with_adapter
from tests.support.harness import HeldCredentials
from tests.support.pictures import draw

if TYPE_CHECKING:
    from pathlib import Path

    from campaigns.platforms.contract import PlatformError
    from tests.support.x import XHarness

POSTS = "/2/tweets"
LONG_AGO = {"first_intent": "2026-01-01T00:00:00+00:00"}


def outgoing(text: str = "Who will you call today? #TimeToTalk", key: str = "k1", **more: Any) -> Outgoing:
    more.setdefault("frozen", {"first_intent": datetime.now(UTC).isoformat()})
    return Outgoing(key=key, text=text, **more)


def picture(path: Path, number: int = 7) -> MediaFile:
    drawn = draw(path / f"door{number}.png", shade=number)
    return MediaFile(number, drawn, "image/png", f"Door {number}", drawn.stat().st_size, 8, 6)


def test_text_and_images_with_alt_text_arrive(x: XHarness, tmp_path: Path) -> None:
    images = (picture(tmp_path, 1), picture(tmp_path, 2))

    async def work(adapter: Any) -> Any:
        uploaded = {str(image.id): await adapter.upload(image) for image in images}
        return await adapter.send(outgoing("Hi & <bye>", media=images, uploaded=uploaded))

    receipt = with_adapter(x, work)
    [post] = x.posts()
    assert receipt.id == post["id"]
    assert receipt.url == f"https://x.com/beacon/status/{post['id']}"
    assert (post["text"], post["media"]) == ("Hi & <bye>", [{"alt": "Door 1"}, {"alt": "Door 2"}])


def test_a_thread_is_a_chain_of_replies(x: XHarness) -> None:
    async def work(adapter: Any) -> None:
        first = await adapter.send(outgoing("1", "a"))
        second = await adapter.send(outgoing("2", "b", root=first, parent=first))
        await adapter.send(outgoing("3", "c", root=first, parent=second))

    with_adapter(x, work)
    one, two, three = x.posts()
    assert [one["reply_to"], two["reply_to"], three["reply_to"]] == [None, one["id"], two["id"]]


def test_an_image_is_waited_for_until_it_is_processed(x: XHarness, tmp_path: Path) -> None:
    x.state.slow_media = 2
    with_adapter(x, lambda adapter: adapter.upload(picture(tmp_path)))
    x.state.slow_media = 99
    with pytest.raises(TryLater, match="processing"):
        with_adapter(x, lambda adapter: adapter.upload(picture(tmp_path)), deadline=1)


def test_a_missing_image_is_named(x: XHarness, tmp_path: Path) -> None:
    image = picture(tmp_path)
    image.path.unlink()
    with pytest.raises(Refused, match=r"door7\.png"):
        with_adapter(x, lambda adapter: adapter.upload(image))


def test_a_lost_answer_is_unclear_and_the_timeline_settles_it(x: XHarness) -> None:
    since = datetime.now(UTC)
    x.lose_next_answer()
    with pytest.raises(Unclear):
        with_adapter(x, lambda adapter: adapter.send(outgoing()))
    [post] = x.posts()
    found = with_adapter(x, lambda adapter: adapter.look_for(outgoing(), since, ()))
    assert found
    assert found.id == post["id"]
    assert [path for _, path in x.proxy.seen].count(POSTS) == 1


def test_a_repeated_text_is_refused_on_the_first_try_and_unclear_on_a_later_one(x: XHarness) -> None:
    with_adapter(x, lambda adapter: adapter.send(outgoing()))
    with pytest.raises(Refused, match="duplicate"):
        with_adapter(x, lambda adapter: adapter.send(outgoing()))
    with pytest.raises(Unclear) as raised:
        with_adapter(x, lambda adapter: adapter.send(outgoing(frozen=LONG_AGO)))
    assert not raised.value.sick
    assert len(x.posts()) == 1


def test_the_first_intent_is_frozen(x: XHarness) -> None:
    moment = datetime(2027, 10, 10, 8, tzinfo=UTC)

    async def work(adapter: Any) -> dict[str, Any]:
        frozen: dict[str, Any] = adapter.freeze(outgoing(), moment)
        return frozen

    assert json.loads(json.dumps(with_adapter(x, work))) == {"first_intent": "2027-10-10T08:00:00+00:00"}


@pytest.mark.parametrize(
    "text",
    [
        "Plain #TimeToTalk",
        'Fish & chips <3 > &amp; "quoted"\n\nsecond  line',
        "See example.org, https://Example.com/a/b?c=d&e=f and 988lifeline.org/chat/ now.",
        "Zoe\u0308 👩🏽‍🚀 世界",
    ],
)
@pytest.mark.parametrize("pictured", [False, True])
def test_a_part_is_found_by_its_text(x: XHarness, tmp_path: Path, text: str, *, pictured: bool) -> None:
    since = datetime.now(UTC)
    images = (picture(tmp_path),) if pictured else ()

    async def work(adapter: Any) -> None:
        uploaded = {str(image.id): await adapter.upload(image) for image in images}
        sent = await adapter.send(outgoing(text, media=images, uploaded=uploaded))
        assert await adapter.look_for(outgoing(text), since, ()) == sent
        assert await adapter.look_for(outgoing(text + " more"), since, ()) is None
        assert await adapter.look_for(outgoing(text), since, {sent.id}) is None

    with_adapter(x, work)


def test_a_part_is_found_in_its_place_in_the_thread_only(x: XHarness) -> None:
    since = datetime.now(UTC)

    async def work(adapter: Any) -> None:
        first = await adapter.send(outgoing("First", "a"))
        reply = outgoing("Second", "b", root=first, parent=first)
        assert await adapter.look_for(reply, since, ()) is None
        second = await adapter.send(reply)
        assert await adapter.look_for(reply, since, ()) == second
        assert await adapter.look_for(outgoing("Second"), since, ()) is None
        assert await adapter.look_for(reply, since + timedelta(hours=1), ()) is None

    with_adapter(x, work)


def test_a_part_is_found_on_a_timeline_of_several_pages(x: XHarness) -> None:
    since = datetime.now(UTC)

    async def work(adapter: Any) -> None:
        first = await adapter.send(outgoing("The one"))
        for number in range(12):
            await adapter.send(outgoing(f"Another {number}"))
        assert await adapter.look_for(outgoing("The one"), since, ()) == first

    with_adapter(x, work)


def test_a_timeline_too_long_to_search_is_unclear(x: XHarness) -> None:
    since = datetime.now(UTC)

    async def work(adapter: Any) -> None:
        for number in range(26):
            await adapter.send(outgoing(f"Another {number}"))
        await adapter.look_for(outgoing("The one"), since, ())

    with pytest.raises(Unclear, match="searched"):
        with_adapter(x, work)


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


def oauth2(x: XHarness, **more: Any) -> HeldCredentials:
    issued = x.state.issue()
    kept = {name: issued[name] for name in ("access_token", "refresh_token")}
    return HeldCredentials({**kept, "client_id": CLIENT_ID, **more})


def test_an_oauth_2_token_is_renewed_before_it_ends(x: XHarness) -> None:
    held = oauth2(x, expires_at=time.time() + 5)
    with_adapter(x, lambda adapter: adapter.send(outgoing()), credentials=held)
    assert (x.state.refreshes, held.replaced) == (1, 1)
    assert held.held["expires_at"] > time.time() + 7000
    with_adapter(x, lambda adapter: adapter.probe(), credentials=held)
    assert x.state.refreshes == 1


def test_an_oauth_2_token_that_ended_unnoticed_is_renewed_and_the_post_goes_out_once(x: XHarness) -> None:
    held = oauth2(x)
    x.state.bearers.clear()
    with_adapter(x, lambda adapter: adapter.send(outgoing()), credentials=held)
    assert (x.state.refreshes, len(x.posts())) == (1, 1)


def test_many_calls_at_once_renew_once(x: XHarness) -> None:
    held = oauth2(x, expires_at=0)

    async def work(adapter: Any) -> None:
        await asyncio.gather(*(adapter.probe() for _ in range(8)))

    with_adapter(x, work, credentials=held)
    assert x.state.refreshes == 1


def test_a_token_that_another_process_renewed_is_taken_over(x: XHarness) -> None:
    held = oauth2(x, expires_at=0)
    stale = dict(held.held)
    with_adapter(x, lambda adapter: adapter.probe(), credentials=held)

    class SeesTheOldOnce(HeldCredentials):
        reads = 0

        async def current(self) -> dict[str, Any]:
            self.reads += 1
            return stale if self.reads <= 2 else await super().current()

    with_adapter(x, lambda adapter: adapter.probe(), credentials=SeesTheOldOnce(held.held))
    assert x.state.refreshes == 1


def test_a_refresh_token_that_is_refused_asks_to_connect_again(x: XHarness) -> None:
    held = oauth2(x, expires_at=0)
    x.revoke()
    with pytest.raises(Reconnect, match="renew"):
        with_adapter(x, lambda adapter: adapter.send(outgoing()), credentials=held)


def test_trouble_while_renewing_leaves_the_post_provably_unsent(x: XHarness) -> None:
    held = oauth2(x, expires_at=0)
    x.proxy.answer(503, path="/2/oauth2/token")
    with pytest.raises(TryLater, match="renewed"):
        with_adapter(x, lambda adapter: adapter.send(outgoing()), credentials=held)


def test_a_token_without_a_way_to_renew_it_asks_to_connect_again(x: XHarness) -> None:
    held = HeldCredentials({"access_token": "gone"})
    with pytest.raises(Reconnect):
        with_adapter(x, lambda adapter: adapter.probe(), credentials=held)
