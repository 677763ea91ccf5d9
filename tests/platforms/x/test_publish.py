"""Publishing on X: what lands there, with its images and in its place in the thread."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from campaigns.platforms.contract import Refused, TryLater
from tests.support.adapters import with_adapter
from tests.support.x_posts import outgoing, picture

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.x import XHarness


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


def test_the_first_intent_is_frozen(x: XHarness) -> None:
    moment = datetime(2027, 10, 10, 8, tzinfo=UTC)

    async def work(adapter: Any) -> dict[str, Any]:
        frozen: dict[str, Any] = adapter.freeze(outgoing(), moment)
        return frozen

    assert json.loads(json.dumps(with_adapter(x, work))) == {"first_intent": "2027-10-10T08:00:00+00:00"}
