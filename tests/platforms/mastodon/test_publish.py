from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from campaigns.platforms.contract import MediaFile, Outgoing, Reconnect, Refused, TryLater, Unclear
from tests.support.adapters import with_adapter
from tests.support.pictures import draw

if TYPE_CHECKING:
    from pathlib import Path

    from campaigns.platforms.contract import PlatformError
    from tests.support.mastodon import MastodonHarness

STATUSES = "/api/v1/statuses"


def outgoing(text: str = "One conversation. #TimeToTalk", key: str = "k1", **more: Any) -> Outgoing:
    return Outgoing(key=key, text=text, **more)


def picture(path: Path) -> MediaFile:
    drawn = draw(path / "door.png")
    return MediaFile(7, drawn, "image/png", "A half-open door", drawn.stat().st_size, 8, 6)


def test_everything_that_was_set_arrives_and_nothing_else(mastodon: MastodonHarness, tmp_path: Path) -> None:
    image = picture(tmp_path)

    async def work(adapter: Any) -> Any:
        uploaded = {"7": await adapter.upload(image)}
        return await adapter.send(
            outgoing(language="es", content_warning="Salud", media=(image,), uploaded=uploaded)
        )

    receipt = with_adapter(mastodon, work)
    [post] = mastodon.posts()
    assert post["id"] == receipt.id
    assert post["text"] == "One conversation. #TimeToTalk"
    assert (post["language"], post["warning"], post["sensitive"]) == ("es", "Salud", True)
    assert post["media"] == [{"alt": "A half-open door"}]
    assert receipt.url.endswith(receipt.id)


def test_a_plain_post_sends_its_text_and_key_only(mastodon: MastodonHarness) -> None:
    with_adapter(mastodon, lambda adapter: adapter.send(outgoing("Hi & <bye>")))
    [request] = [seen for seen in mastodon.proxy.requests if seen.path == STATUSES]
    assert request.body == b"status=Hi+%26+%3Cbye%3E"
    assert request.headers["Idempotency-Key"] == "k1"


def test_a_thread_hangs_together(mastodon: MastodonHarness) -> None:
    async def work(adapter: Any) -> None:
        first = await adapter.send(outgoing("1", "a"))
        second = await adapter.send(outgoing("2", "b", root=first, parent=first))
        await adapter.send(outgoing("3", "c", root=first, parent=second))

    with_adapter(mastodon, work)
    one, two, three = mastodon.posts()
    assert [one["reply_to"], two["reply_to"], three["reply_to"]] == [None, one["id"], two["id"]]


def test_a_lost_answer_is_unclear_and_the_same_key_posts_nothing_more(mastodon: MastodonHarness) -> None:
    mastodon.lose_next_answer()
    with pytest.raises(Unclear):
        with_adapter(mastodon, lambda adapter: adapter.send(outgoing()))
    [post] = mastodon.posts()
    receipt = with_adapter(mastodon, lambda adapter: adapter.send(outgoing()))
    assert receipt.id == post["id"]
    assert len(mastodon.posts()) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Plain #TimeToTalk",
        '**bold** & <html> "quoted" -- it\'s…\n\nsecond paragraph\nand line https://example.org/a?b=c&d=e#f',
        "  spaces around, @someone@other.example and 👩🏽‍🚀  ",
        "👍",
    ],
)
def test_a_part_is_found_by_its_exact_text(mastodon: MastodonHarness, text: str) -> None:
    since = datetime.now(UTC)
    sent = with_adapter(mastodon, lambda adapter: adapter.send(outgoing(text)))
    found = with_adapter(mastodon, lambda adapter: adapter.look_for(outgoing(text), since, ()))
    assert found == sent
    other = outgoing(text + " more")
    assert with_adapter(mastodon, lambda adapter: adapter.look_for(other, since, ())) is None


def test_a_part_is_found_only_in_its_place_and_if_it_is_nobody_elses(mastodon: MastodonHarness) -> None:
    since = datetime.now(UTC)

    async def work(adapter: Any) -> None:
        first = await adapter.send(outgoing("Same words", "a"))
        reply = outgoing("Same words", "b", root=first, parent=first)
        assert await adapter.look_for(reply, since, ()) is None
        second = await adapter.send(reply)
        assert await adapter.look_for(reply, since, ()) == second
        assert await adapter.look_for(outgoing("Same words", "c"), since, ()) == first
        assert await adapter.look_for(outgoing("Same words", "c"), since, {first.id}) is None
        assert await adapter.look_for(outgoing("Same words", content_warning="CW"), since, ()) is None
        later = since + timedelta(hours=1)
        assert await adapter.look_for(outgoing("Same words", "c"), later, ()) is None

    with_adapter(mastodon, work)


def test_a_part_is_found_by_its_words_where_the_server_keeps_no_source(mastodon: MastodonHarness) -> None:
    text = "Words & *more*\n\nhttps://example.org/x"
    since = datetime.now(UTC)
    sent = with_adapter(mastodon, lambda adapter: adapter.send(outgoing(text)))
    mastodon.proxy.answer(404, path="/source", count=2)
    assert with_adapter(mastodon, lambda adapter: adapter.look_for(outgoing(text), since, ())) == sent
    other = outgoing("Words & less")
    assert with_adapter(mastodon, lambda adapter: adapter.look_for(other, since, ())) is None


def test_a_part_is_found_on_a_full_timeline(mastodon: MastodonHarness) -> None:
    since = datetime.now(UTC)

    async def work(adapter: Any) -> None:
        first = await adapter.send(outgoing("The one", "first"))
        for number in range(45):
            await adapter.send(outgoing(f"Another {number}", f"k{number}"))
        assert await adapter.look_for(outgoing("The one"), since, ()) == first

    with_adapter(mastodon, work)


@pytest.mark.parametrize(
    ("status", "body", "verdict"),
    [
        (400, {"error": "Bad"}, Refused),
        (401, {"error": "The access token is invalid"}, Reconnect),
        (403, {"error": "This action is outside the authorized scopes"}, Reconnect),
        (403, {"error": "Your login is currently disabled"}, Reconnect),
        (403, {"error": "This action is not allowed"}, Refused),
        (404, {"error": "The post you are trying to reply to does not exist."}, Refused),
        (422, {"error": "Validation failed: Text character limit of 500 exceeded"}, Refused),
        (422, {"error": "Cannot attach files that have not finished processing. Try again!"}, TryLater),
        (429, {"error": "Too many requests"}, TryLater),
        (408, {}, Unclear),
        (500, {"error": "x"}, Unclear),
        (503, None, Unclear),
        (302, {}, Unclear),
        (301, {}, Refused),
        (200, None, Unclear),
        (200, {"unexpected": True}, Unclear),
        (200, ["unexpected"], Unclear),
    ],
)
def test_every_answer_is_one_of_the_four(
    mastodon: MastodonHarness, status: int, body: Any, verdict: type[PlatformError]
) -> None:
    content = b"<html>" if body is None else json.dumps(body).encode()
    mastodon.proxy.answer(status, path=STATUSES, body=content)
    with pytest.raises(verdict) as raised:
        with_adapter(mastodon, lambda adapter: adapter.send(outgoing()))
    assert type(raised.value) is verdict
    assert mastodon.posts() == []
    assert "Mastodon" in str(raised.value)
    assert mastodon.credentials["access_token"] not in str(raised.value)
    if isinstance(body, dict) and verdict in {Refused, Reconnect} and status >= 400:
        assert body["error"] in str(raised.value)


def test_the_wait_that_the_server_asked_for_is_kept(mastodon: MastodonHarness) -> None:
    mastodon.rate_limit_next(41)
    with pytest.raises(TryLater) as raised:
        with_adapter(mastodon, lambda adapter: adapter.send(outgoing()))
    assert raised.value.after == 41
    reset = (datetime.now(UTC) + timedelta(seconds=120)).isoformat()
    mastodon.proxy.answer(429, path=STATUSES, headers={"X-RateLimit-Reset": reset})
    with pytest.raises(TryLater) as raised:
        with_adapter(mastodon, lambda adapter: adapter.send(outgoing()))
    assert raised.value.after == pytest.approx(120, abs=5)


def test_a_refused_connection_is_provably_unsent(mastodon: MastodonHarness) -> None:
    mastodon.stop()
    with pytest.raises(TryLater):
        with_adapter(mastodon, lambda adapter: adapter.send(outgoing()))
    mastodon.start()
    with_adapter(mastodon, lambda adapter: adapter.send(outgoing()))


def test_a_server_that_hangs_is_given_up_within_the_deadline(mastodon: MastodonHarness) -> None:
    mastodon.proxy.hang(path=STATUSES)
    started = datetime.now(UTC)
    with pytest.raises(Unclear) as raised:
        with_adapter(mastodon, lambda adapter: adapter.send(outgoing()), deadline=0.8)
    assert raised.value.sick
    assert datetime.now(UTC) - started < timedelta(seconds=3)


def test_an_unclear_answer_is_not_sent_again_by_any_library(mastodon: MastodonHarness) -> None:
    mastodon.lose_next_answer()
    with pytest.raises(Unclear):
        with_adapter(mastodon, lambda adapter: adapter.send(outgoing()))
    assert [path for _, path in mastodon.proxy.seen].count(STATUSES) == 1


def test_many_sends_leave_no_thread_behind_but_the_pool(mastodon: MastodonHarness) -> None:
    async def work(adapter: Any) -> None:
        for number in range(10):
            await adapter.send(outgoing(f"Number {number}", f"k{number}"))

    with_adapter(mastodon, work)
    names = {thread.name.split("_")[0] for thread in threading.enumerate()}
    assert not any(name.startswith("asyncio") for name in names)


def test_revoked_credentials_are_told_apart_and_work_again_when_restored(mastodon: MastodonHarness) -> None:
    mastodon.revoke()
    with pytest.raises(Reconnect):
        with_adapter(mastodon, lambda adapter: adapter.probe())
    mastodon.restore()
    with_adapter(mastodon, lambda adapter: adapter.probe())


def test_an_image_is_waited_for_until_it_is_processed(mastodon: MastodonHarness, tmp_path: Path) -> None:
    image = picture(tmp_path)
    mastodon.proxy.answer(202, path="/api/v2/media", body=b'{"id": "55", "type": "image", "url": null}')
    mastodon.proxy.answer(206, path="/api/v1/media/55", body=b'{"id": "55", "type": "image", "url": null}')
    done = b'{"id": "55", "type": "image", "url": "https://example.org/x.png"}'
    mastodon.proxy.answer(200, path="/api/v1/media/55", body=done)
    assert with_adapter(mastodon, lambda adapter: adapter.upload(image)) == {"id": "55"}


def test_an_image_that_stays_unprocessed_is_tried_later(mastodon: MastodonHarness, tmp_path: Path) -> None:
    image = picture(tmp_path)
    mastodon.proxy.answer(202, path="/api/v2/media", body=b'{"id": "55", "type": "image", "url": null}')
    with pytest.raises(TryLater, match="processing"):
        with_adapter(mastodon, lambda adapter: adapter.upload(image), deadline=1)


def test_a_missing_image_is_named(mastodon: MastodonHarness, tmp_path: Path) -> None:
    image = picture(tmp_path)
    image.path.unlink()
    with pytest.raises(Refused, match=r"door\.png"):
        with_adapter(mastodon, lambda adapter: adapter.upload(image))


def test_a_tampered_server_address_asks_to_connect_again(mastodon: MastodonHarness) -> None:
    mastodon.server = "https://exa mple"
    with pytest.raises(Reconnect):
        with_adapter(mastodon, lambda adapter: adapter.probe())
