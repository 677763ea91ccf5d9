"""Publishing on a real Bluesky server: what lands there, and that it lands once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from campaigns.platforms.bluesky.rules import RULES
from campaigns.platforms.contract import Adapter, MediaFile, Outgoing, Receipt, Refused
from tests.support.adapters import with_adapter
from tests.support.pictures import draw

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.bluesky import BlueskyHarness

MOMENT = datetime(2027, 10, 10, 8, 0, 0, 123456, tzinfo=UTC)
POST = Outgoing(key="k", text="One conversation can change a day. #WorldMentalHealthDay", language="en")


def _frozen(adapter: Adapter, outgoing: Outgoing, moment: datetime = MOMENT) -> Outgoing:
    return replace(outgoing, frozen=adapter.freeze(outgoing, moment))


def test_sending_the_frozen_record_again_leaves_one_post(bluesky: BlueskyHarness) -> None:
    async def send_three_times(adapter: Adapter) -> list[Receipt]:
        frozen = _frozen(adapter, POST)
        return [await adapter.send(frozen) for _ in range(3)]

    first, second, third = with_adapter(bluesky, send_three_times)
    assert first == second == third
    assert [post["id"] for post in bluesky.posts()] == [first.id]


def test_a_record_of_another_text_is_never_overwritten(bluesky: BlueskyHarness) -> None:
    async def send_two_under_one_key(adapter: Adapter) -> None:
        first = _frozen(adapter, POST)
        await adapter.send(first)
        second = _frozen(adapter, replace(POST, text="Something else"))
        await adapter.send(replace(second, frozen={**second.frozen, "rkey": first.frozen["rkey"]}))

    with pytest.raises(Refused, match="another text"):
        with_adapter(bluesky, send_two_under_one_key)
    assert [post["text"] for post in bluesky.posts()] == [POST.text]


def test_a_post_edited_under_our_key_is_not_taken_for_ours(bluesky: BlueskyHarness) -> None:
    async def look(adapter: Adapter) -> Receipt | None:
        first = _frozen(adapter, POST)
        await adapter.send(first)
        other = _frozen(adapter, replace(POST, text="Something else"))
        swapped = replace(other, frozen={**other.frozen, "rkey": first.frozen["rkey"]})
        return await adapter.look_for(swapped, MOMENT, ())

    assert with_adapter(bluesky, look) is None


def test_the_record_carries_language_time_and_the_picture_s_shape(
    bluesky: BlueskyHarness, tmp_path: Path
) -> None:
    path = draw(tmp_path / "door.png", size=(8, 6))
    media = MediaFile(7, path, "image/png", "A half-open door", path.stat().st_size, 8, 6)

    async def post(adapter: Adapter) -> Receipt:
        uploaded = {"7": await adapter.upload(media)}
        return await adapter.send(_frozen(adapter, replace(POST, media=(media,), uploaded=uploaded)))

    receipt = with_adapter(bluesky, post)
    (record,) = bluesky.account.records()
    value = record["value"]
    assert value["langs"] == ["en"]
    assert value["createdAt"] == "2027-10-10T08:00:00.123Z"
    assert value["embed"]["images"][0]["aspectRatio"] == {"width": 8, "height": 6}
    assert value["embed"]["images"][0]["alt"] == "A half-open door"
    assert receipt.url == f"https://bsky.app/profile/{bluesky.handle}/post/{record['uri'].rpartition('/')[2]}"
    assert receipt.ref == {"uri": record["uri"], "cid": record["cid"]}


def test_the_server_accepts_exactly_the_length_that_the_rules_announce(bluesky: BlueskyHarness) -> None:
    family = "👩‍👩‍👧‍👦"  # one grapheme, 25 bytes: 120 of them are 3,000 bytes
    fitting = ["x" * 300, family * 120]
    over = ["x" * 301, family * 120 + "x"]

    async def post_all(adapter: Adapter) -> None:
        for number, text in enumerate(fitting):
            await adapter.send(_frozen(adapter, replace(POST, text=text), MOMENT.replace(microsecond=number)))
        for text in over:
            with pytest.raises(Refused):
                await adapter.send(_frozen(adapter, replace(POST, text=text)))

    with_adapter(bluesky, post_all)
    assert [post["text"] for post in bluesky.posts()] == fitting


def test_the_server_accepts_an_image_as_large_as_the_rules_announce(
    bluesky: BlueskyHarness, tmp_path: Path
) -> None:
    path = draw(tmp_path / "large.png")
    most = RULES.limits({}).image_bytes
    path.write_bytes(path.read_bytes().ljust(most, b"\0"))
    media = MediaFile(1, path, "image/png", "A door", most, 8, 6)

    async def post(adapter: Adapter) -> Receipt:
        uploaded = {"1": await adapter.upload(media)}
        return await adapter.send(_frozen(adapter, replace(POST, media=(media,), uploaded=uploaded)))

    with_adapter(bluesky, post, deadline=20)
    (record,) = bluesky.account.records()
    assert record["value"]["embed"]["images"][0]["image"]["size"] == most


def test_an_image_over_the_server_s_limit_is_refused_not_unclear(
    bluesky: BlueskyHarness, tmp_path: Path
) -> None:
    path = draw(tmp_path / "huge.png")
    size = 2_000_001  # no schema so far takes more than 2,000,000
    path.write_bytes(path.read_bytes().ljust(size, b"\0"))
    media = MediaFile(1, path, "image/png", "A door", size, 8, 6)

    async def post(adapter: Adapter) -> None:
        uploaded = {"1": await adapter.upload(media)}
        await adapter.send(_frozen(adapter, replace(POST, media=(media,), uploaded=uploaded)))

    with pytest.raises(Refused):
        with_adapter(bluesky, post, deadline=20)
    assert bluesky.posts() == []
