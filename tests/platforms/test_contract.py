"""What every platform promises the engine, tried on a server of each (see `platforms/contract.py`)."""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
import requests

from campaigns.compose.composing import compose
from campaigns.compose.drafts import Draft
from campaigns.platforms.contract import (
    MediaFile,
    Outgoing,
    PlatformError,
    Receipt,
    Reconnect,
    Refused,
    TryLater,
)
from campaigns.platforms.http import open_session
from campaigns.platforms.registry import connect_of, form_of, open_adapter, rules_of
from tests.support.adapters import frozen, publish, with_adapter
from tests.support.harness import context_for
from tests.support.pictures import draw

if TYPE_CHECKING:
    from pathlib import Path

    from campaigns.platforms.contract import Adapter, Limits
    from tests.support.harness import PlatformHarness

POST = Outgoing(key="a" * 64, text="One conversation can change a day. Who will you call?")
PUBLIC = {"did", "kind"}  # credentials that are no secrets


def _limits(server: PlatformHarness) -> Limits:
    return rules_of(server.platform).limits(server.limits)


def _ids(server: PlatformHarness) -> list[str]:
    return [post["id"] for post in server.posts()]


# What goes out.


@pytest.mark.parametrize(
    "text",
    [
        "Lo que ayuda: escuchar.\n\nDespués, preguntar. ¿Qué tal? 👩‍👩‍👧‍👦 & <3 \"así\" 'sí' 100%",
        "1. How are you, really?\n2. What has this week been like?\n\n\n3. Call 116 123, or https://samaritans.org/?a=b&c=d.",
    ],
)
def test_a_text_goes_out_exactly_as_composed(server: PlatformHarness, text: str) -> None:
    receipt = with_adapter(server, lambda adapter: publish(adapter, replace(POST, text=text, language="es")))
    (post,) = server.posts()
    assert (post["text"], post["id"]) == (text, receipt.id)
    assert receipt.url.startswith("http")


def test_the_hashtags_that_the_rules_announce_become_links(server: PlatformHarness) -> None:
    text = "Who will you call? #TimeToTalk, #Call988! #988 a#b #SaludMentalÑ"
    receipt = with_adapter(server, lambda adapter: publish(adapter, replace(POST, text=text)))
    announced = [text[start + 1 : end] for start, end in rules_of(server.platform).facets(text)]
    assert announced == ["TimeToTalk", "Call988", "SaludMentalÑ"]
    assert {tag.casefold() for tag in announced} <= _linked_tags(server, receipt)


def _linked_tags(server: PlatformHarness, receipt: Receipt) -> set[str]:
    """As the server tells them with the post, else as its page links them."""
    (post,) = server.posts()
    tags = post.get("tags")
    if tags is None:
        assert receipt.url.startswith(server.server)
        page = requests.get(receipt.url, timeout=10).text
        tags = [unquote(tag) for tag in re.findall(r'href="/tags/([^"?]+)', page)]
    return {tag.casefold() for tag in tags}


def test_images_arrive_in_order_with_their_alt_texts(server: PlatformHarness, tmp_path: Path) -> None:
    alts = ["A half-open door with warm light behind it", "Una taza de té, «para dos» ☕"]
    with_adapter(server, lambda adapter: _publish_images(adapter, tmp_path, alts), deadline=20)
    (post,) = server.posts()
    assert [image["alt"] for image in post["media"]] == alts


def test_as_many_images_as_the_rules_allow_are_accepted_and_one_more_is_refused(
    server: PlatformHarness, tmp_path: Path
) -> None:
    alts = [f"Picture {number}" for number in range(_limits(server).images)]

    async def post_both(adapter: Adapter) -> None:
        await _publish_images(adapter, tmp_path, alts)
        with pytest.raises(Refused):
            await _publish_images(adapter, tmp_path, [*alts, "One more"])

    with_adapter(server, post_both, deadline=20)
    (post,) = server.posts()
    assert [image["alt"] for image in post["media"]] == alts


async def _publish_images(adapter: Adapter, folder: Path, alts: list[str]) -> Receipt:
    media = tuple(_image(folder / f"{number}.png", number, alt) for number, alt in enumerate(alts, start=1))
    uploaded = json.loads(json.dumps({str(each.id): await adapter.upload(each) for each in media}))
    text = f"{len(alts)} pictures"
    return await publish(adapter, replace(POST, key=text, text=text, media=media, uploaded=uploaded))


def _image(path: Path, number: int, alt: str) -> MediaFile:
    draw(path, size=(8, 6), shade=number * 40)
    return MediaFile(number, path, "image/png", alt, path.stat().st_size, 8, 6)


def test_a_thread_is_a_real_thread_in_order(server: PlatformHarness) -> None:
    texts = ["Three questions that open a conversation.", "1. How are you, really?", "2. What would help?"]

    async def post(adapter: Adapter) -> list[Receipt]:
        receipts: list[Receipt] = []
        for text in texts:
            part = replace(POST, key=text, text=text)
            if receipts:
                part = replace(part, root=_stored(receipts[0]), parent=_stored(receipts[-1]))
            receipts.append(await publish(adapter, part))
        return receipts

    first, second, third = with_adapter(server, post)
    posts = server.posts()
    assert [post["text"] for post in posts] == texts
    assert [post["id"] for post in posts] == [first.id, second.id, third.id]
    assert [post["reply_to"] for post in posts] == [None, first.id, second.id]


def _stored(receipt: Receipt) -> Receipt:
    """As the database gives it back."""
    return replace(receipt, ref=json.loads(json.dumps(dict(receipt.ref))))


def test_a_content_warning_arrives(server: PlatformHarness) -> None:
    draft = Draft(text=POST.text, content_warning="Salud mental")
    (part,) = compose(draft, server.platform, _limits(server)).parts
    outgoing = replace(POST, text=part.text, content_warning=part.content_warning)
    with_adapter(server, lambda adapter: publish(adapter, outgoing))
    (post,) = server.posts()
    if rules_of(server.platform).warning_is_field:
        assert (post["warning"], post["text"]) == ("Salud mental", POST.text)
    else:
        assert post["text"].startswith("CW: Salud mental\n")
        assert post["text"].endswith(POST.text)


def test_the_longest_text_that_the_rules_allow_is_accepted_and_one_more_is_refused(
    server: PlatformHarness,
) -> None:
    limits = _limits(server)
    longest = "x" * limits.length
    assert rules_of(server.platform).length(longest, limits) == limits.length

    async def post_both(adapter: Adapter) -> None:
        await publish(adapter, replace(POST, text=longest))
        with pytest.raises(Refused):
            await publish(adapter, replace(POST, key="b" * 64, text=f"{longest}x"))

    with_adapter(server, post_both)
    assert [post["text"] for post in server.posts()] == [longest]


# What goes wrong.


def test_a_refused_connection_means_try_later(server: PlatformHarness, tmp_path: Path) -> None:
    image = _image(tmp_path / "door.png", 1, "A door")

    async def try_all(adapter: Adapter) -> None:
        for attempt in (publish(adapter, POST), adapter.upload(image), adapter.probe()):
            with pytest.raises(TryLater):
                await attempt

    server.stop()
    try:
        with_adapter(server, try_all)
    finally:
        server.start()
    assert _ids(server) == []
    receipt = with_adapter(server, lambda adapter: publish(adapter, POST))
    assert _ids(server) == [receipt.id]


def test_being_told_to_slow_down_means_try_later_after_the_wait_asked_for(server: PlatformHarness) -> None:
    async def try_twice(adapter: Adapter) -> TryLater:
        part = frozen(adapter, POST)
        with pytest.raises(TryLater) as verdict:
            await adapter.send(part)
        assert _ids(server) == []
        await adapter.send(part)
        return verdict.value

    server.rate_limit_next(120)
    after = with_adapter(server, try_twice).after
    assert after == pytest.approx(120, abs=3)
    assert len(_ids(server)) == 1


def test_revoked_credentials_mean_reconnect_until_they_work_again(
    server: PlatformHarness, tmp_path: Path
) -> None:
    image = _image(tmp_path / "door.png", 1, "A door")

    async def try_all(adapter: Adapter) -> None:
        for attempt in (publish(adapter, POST), adapter.upload(image), adapter.probe()):
            with pytest.raises(Reconnect) as verdict:
                await attempt
            assert not [secret for secret in _secrets(server) if secret in str(verdict.value)]

    server.revoke()
    with_adapter(server, try_all)
    server.restore()
    with_adapter(server, lambda adapter: publish(adapter, POST))
    assert [post["text"] for post in server.posts()] == [POST.text]


def _secrets(server: PlatformHarness) -> list[str]:
    return [str(held) for name, held in server.credentials.items() if name not in PUBLIC]


def test_a_working_account_answers_the_probe(server: PlatformHarness) -> None:
    with_adapter(server, lambda adapter: adapter.probe())
    assert _ids(server) == []


def test_an_image_that_is_gone_is_refused_in_a_sentence(server: PlatformHarness, tmp_path: Path) -> None:
    gone = replace(_image(tmp_path / "door.png", 1, "A door"), path=tmp_path / "gone.png")
    with pytest.raises(Refused, match=r"gone\.png"):
        with_adapter(server, lambda adapter: adapter.upload(gone))


# What is left behind.


def test_closing_an_adapter_leaves_the_shared_session_open(server: PlatformHarness) -> None:
    async def closed_early() -> Any:
        async with open_session() as http:
            first, second = (open_adapter(server.platform, context_for(server, http)) for _ in range(2))
            await first.probe()
            await first.close()
            await second.probe()
            await second.close()
            return http.closed

    assert asyncio.run(closed_early()) is False


# What a page asks of who connects an account.


def test_a_form_asks_what_connecting_asks(server: PlatformHarness) -> None:
    form, asked = form_of(server.platform), []

    class Listening:
        def ask(self, name: str, question: str, *, secret: bool = False, default: str | None = None) -> str:
            del question, default
            asked.append((name, secret))
            return {"server": server.server, "handle": "newcomer"}.get(name, "keyed")

        def tell(self, message: str) -> None:
            del message

    async def connect() -> None:
        async with open_session() as http:
            await connect_of(server.platform)(Listening(), http)

    with suppress(PlatformError):
        asyncio.run(connect())
    known = {field.name: field.secret for field in form.fields}
    assert asked
    assert {name: secret for name, secret in asked if name != "server"}.items() <= known.items()
    assert form.needs
    assert form.steps
