"""The adapter against a real server: what it sends, and the four errors."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from campaigns.platforms.contract import MediaFile, Outgoing, Receipt, Reconnect, Refused, TryLater, Unclear
from tests.support.pictures import draw
from tests.support.practice import PracticeServer, running_practice
from tests.support.practice_calls import HELLO, acting, send

if TYPE_CHECKING:
    from pathlib import Path

    from campaigns.platforms.contract import Adapter
    from tests.support.practice_calls import NewAccount


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
