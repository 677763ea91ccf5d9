"""The adapter against a real server: what it sends, what settles, and the four errors."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

import pytest

from campaigns.core.errors import Misuse, Unusable
from campaigns.platforms.contract import (
    Context,
    MediaFile,
    Outgoing,
    Receipt,
    Reconnect,
    Refused,
    Settles,
    TryLater,
    Unclear,
)
from campaigns.platforms.http import open_session
from campaigns.platforms.practice.connect import offline_connection
from campaigns.platforms.registry import connect_of, open_adapter
from tests.support.harness import HeldCredentials
from tests.support.pictures import draw
from tests.support.practice import PracticeServer, running_practice
from tests.support.talk import ScriptedTalk

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    import aiohttp

    from campaigns.platforms.contract import Adapter, Connection

    NewAccount = Callable[[str], Connection]

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
HELLO = Outgoing(key="k" * 64, text="Hello #World", language="en")
Result = TypeVar("Result")


def acting(
    account: Connection, act: Callable[[Adapter], Awaitable[Result]], *, deadline: float = 10
) -> Result:
    async def run() -> Result:
        async with open_session() as http:
            return await act(open_adapter("practice", context(account, http, deadline)))

    return asyncio.run(run())


def context(account: Connection, http: aiohttp.ClientSession, deadline: float = 10) -> Context:
    held = HeldCredentials(account.credentials)
    return Context(account.server, account.handle, held, http, deadline, account.limits)


def send(account: Connection, outgoing: Outgoing = HELLO, *, deadline: float = 10) -> Receipt:
    return acting(account, lambda adapter: adapter.send(outgoing), deadline=deadline)


def look_for(
    account: Connection, outgoing: Outgoing = HELLO, since: datetime = LONG_AGO, known: tuple[str, ...] = ()
) -> Receipt | None:
    return acting(account, lambda adapter: adapter.look_for(outgoing, since, known))


def test_a_post_arrives_as_it_was_composed(
    practice: PracticeServer, new_account: NewAccount, tmp_path: Path
) -> None:
    account = new_account("keyed")
    picture = draw(tmp_path / "door.png")
    media = MediaFile(7, picture, "image/png", "A door & “light”", picture.stat().st_size, 8, 6)

    async def publish(adapter: Adapter) -> Receipt:
        uploaded = await adapter.upload(media)
        return await adapter.send(
            Outgoing("k", "Una puerta #Luz", "es", "Salud", (media,), {"7": uploaded}, frozen={})
        )

    receipt = acting(account, publish)
    (post,) = practice.posts(account.handle)
    assert post["id"] == receipt.id
    assert receipt.url == f"{practice.url}/posts/{receipt.id}"
    assert (post["text"], post["language"], post["warning"]) == ("Una puerta #Luz", "es", "Salud")
    assert [image["alt"] for image in post["media"]] == ["A door & “light”"]


def test_each_part_of_a_thread_answers_the_one_before(
    practice: PracticeServer, new_account: NewAccount
) -> None:
    account = new_account("blind")
    first = send(account)
    second = send(account, Outgoing("2", "Two", root=first, parent=first))
    third = send(account, Outgoing("3", "Three", root=first, parent=second))
    posts = practice.posts(account.handle)
    assert [(post["id"], post["reply_to"]) for post in posts] == [
        (first.id, None),
        (second.id, first.id),
        (third.id, second.id),
    ]


@pytest.mark.parametrize(
    ("kind", "settles"),
    [
        ("keyed", Settles(key_window=timedelta(hours=24))),
        ("readable", Settles(readable=True)),
        ("blind", Settles()),
    ],
)
def test_each_class_of_account_says_what_settles_an_unknown_outcome(
    new_account: NewAccount, kind: str, settles: Settles
) -> None:
    async def settling(adapter: Adapter) -> Settles:
        return adapter.settles

    assert acting(new_account(kind), settling) == settles


def test_an_account_whose_class_was_forgotten_is_not_guessed_at(new_account: NewAccount) -> None:
    with pytest.raises(Unusable, match="connect it again"):
        send(replace(new_account("keyed"), limits={}))


def test_a_lost_answer_on_a_keyed_account_is_settled_by_sending_again(
    practice: PracticeServer, new_account: NewAccount
) -> None:
    account = new_account("keyed")
    practice.lose_next_answer()
    with pytest.raises(Unclear):
        send(account)
    receipt = send(account)
    assert [post["id"] for post in practice.posts(account.handle)] == [receipt.id]


@pytest.mark.parametrize("kind", ["readable", "blind"])
def test_the_other_classes_pay_no_heed_to_a_key(
    practice: PracticeServer, new_account: NewAccount, kind: str
) -> None:
    account = new_account(kind)
    assert send(account).id != send(account).id
    assert len(practice.posts(account.handle)) == 2


def test_a_lost_answer_on_a_readable_account_is_settled_by_looking(
    practice: PracticeServer, new_account: NewAccount
) -> None:
    account = new_account("readable")
    practice.lose_next_answer()
    with pytest.raises(Unclear):
        send(account)
    found = look_for(account)
    assert found is not None
    assert [post["id"] for post in practice.posts(account.handle)] == [found.id]


def test_what_never_arrived_is_not_found(practice: PracticeServer, new_account: NewAccount) -> None:
    account = new_account("readable")
    practice.faults({"effect": "refuse", "endpoint": "posts", "count": 1})
    with pytest.raises(Unclear):
        send(account)
    assert look_for(account) is None


def test_looking_passes_over_known_posts_other_places_and_earlier_times(new_account: NewAccount) -> None:
    account = new_account("readable")
    first, again = send(account), send(account)
    reply = replace(HELLO, root=first, parent=first)
    assert look_for(account, known=(first.id,)) == again
    assert look_for(account, known=(first.id, again.id)) is None
    assert look_for(account, reply) is None
    assert look_for(account, since=datetime.now(UTC) + timedelta(hours=1)) is None
    answered = send(account, reply)
    assert look_for(account, reply) == answered


def test_looking_reads_past_the_first_page(new_account: NewAccount) -> None:
    account = new_account("readable")

    async def fill(adapter: Adapter) -> Receipt | None:
        for number in range(205):
            await adapter.send(Outgoing(str(number), f"Number {number}"))
        return await adapter.look_for(Outgoing("204", "Number 204"), LONG_AGO, ())

    assert acting(account, fill, deadline=60) is not None


def test_a_server_that_is_stopped_was_provably_not_asked(tmp_path: Path) -> None:
    with running_practice(tmp_path) as practice:
        account = practice.account("practice")
        send(account)
        practice.stop()
        with pytest.raises(TryLater):
            send(account, replace(HELLO, key="2"))
        practice.start()
        send(account, replace(HELLO, key="3"))
        assert len(practice.posts()) == 2


def test_a_rate_limit_says_how_long_to_wait(practice: PracticeServer, new_account: NewAccount) -> None:
    account = new_account("keyed")
    practice.rate_limit_next(120)
    with pytest.raises(TryLater) as slow:
        send(account)
    assert slow.value.after == 120
    assert practice.posts(account.handle) == []


def test_a_revoked_token_asks_to_reconnect_and_signing_up_with_it_mends_it(tmp_path: Path) -> None:
    with running_practice(tmp_path) as practice:
        account = practice.account("practice")
        practice.revoke()
        with pytest.raises(Reconnect) as gone:
            send(replace(account, credentials=practice.credentials))
        assert practice.credentials["token"] not in str(gone.value)
        practice.restore()
        send(replace(account, credentials=practice.credentials))
        assert len(practice.posts()) == 1


@pytest.mark.parametrize(
    ("outgoing", "said"),
    [
        (replace(HELLO, text="x" * 501), "1 characters too long"),
        (replace(HELLO, parent=Receipt("999999", "")), "no post 999999"),
        (replace(HELLO, language="not a language"), "language tag"),
        (replace(HELLO, text="  "), "needs a text"),
    ],
)
def test_what_is_over_a_limit_is_refused_in_the_platforms_own_words(
    new_account: NewAccount, outgoing: Outgoing, said: str
) -> None:
    with pytest.raises(Refused, match=said):
        send(new_account("keyed"), outgoing)


@pytest.mark.parametrize(
    ("rule", "sick"),
    [
        ({"effect": "hang"}, True),
        ({"effect": "status", "status": 502}, True),
        ({"effect": "latency", "seconds": 30}, True),
        ({"effect": "slow_headers", "seconds": 30}, True),
        ({"effect": "refuse"}, False),
        ({"effect": "lose_answer"}, False),
        ({"effect": "html"}, False),
        ({"effect": "huge"}, False),
    ],
)
def test_what_nobody_can_know_is_unclear(
    practice: PracticeServer, new_account: NewAccount, rule: dict[str, object], *, sick: bool
) -> None:
    account = new_account("keyed")
    practice.faults({**rule, "endpoint": "posts", "count": 1})
    with pytest.raises(Unclear) as unclear:
        send(account, deadline=1)
    assert unclear.value.sick is sick


def test_a_probe_reads_and_posts_nothing(practice: PracticeServer, new_account: NewAccount) -> None:
    account = new_account("blind")
    acting(account, lambda adapter: adapter.probe())
    assert [line["event"] for line in practice.log() if line["account"] == account.handle] == ["signed_up"]


def connecting(**answers: str) -> Connection:
    async def run() -> Connection:
        async with open_session() as http:
            return await connect_of("practice")(ScriptedTalk(**answers), http)

    return asyncio.run(run())


def test_connecting_signs_up_an_account_that_can_post(practice: PracticeServer) -> None:
    account = connecting(server=practice.url + "/", handle="@Newcomer", kind="readable")
    assert (account.server, account.handle) == (practice.url, "newcomer")
    assert account.credentials["kind"] == "readable"
    send(account)
    assert len(practice.posts("newcomer")) == 1


def test_a_name_that_is_taken_is_refused_and_one_that_cannot_be_is_misuse(practice: PracticeServer) -> None:
    connecting(server=practice.url, handle="taken")
    with pytest.raises(Refused, match="taken"):
        connecting(server=practice.url, handle="taken")
    with pytest.raises(Misuse, match="a-z"):
        connecting(server=practice.url, handle="no spaces")
    with pytest.raises(Misuse, match="keyed, readable, blind"):
        connecting(server=practice.url, handle="fine", kind="magic")


def test_an_account_made_offline_is_the_first_to_use_its_name(practice: PracticeServer) -> None:
    mine = offline_connection("firstcomer", "blind", practice.url)
    other = offline_connection("firstcomer", "blind", practice.url)
    send(mine)
    with pytest.raises(Reconnect):
        send(other)
    assert len(practice.posts("firstcomer")) == 1
