"""Looking on X for a part whose answer was lost: found by its text, in its place, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from campaigns.platforms.contract import Unclear
from tests.support.adapters import with_adapter
from tests.support.x import POSTS
from tests.support.x_posts import outgoing, picture

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.x import XHarness


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
