"""What settles an unknown outcome on a real server: a key, a look, or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from campaigns.core.errors import Unusable
from campaigns.platforms.contract import Outgoing, Receipt, Settles, Unclear
from tests.support.practice_calls import HELLO, LONG_AGO, acting, look_for, send

if TYPE_CHECKING:
    from campaigns.platforms.contract import Adapter
    from tests.support.practice import PracticeServer
    from tests.support.practice_calls import NewAccount


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
