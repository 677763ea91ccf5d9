"""Platforms and the network before them at their worst: a clear word, no second post, nothing lost."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlmodel import Session

from campaigns.core.db import write_session
from campaigns.deliver import people
from campaigns.deliver.report import BREAKER_OPENS_AT
from campaigns.models import Account, State
from tests.support.hostile import answering, expired_tls
from tests.support.one_database import ONLY_SQLITE
from tests.support.proxy import lossy_proxy

if TYPE_CHECKING:
    from tests.support.stage import Stage

pytestmark = pytest.mark.faults


def test_a_receipt_too_strange_to_be_stored_is_a_question_not_a_second_post(stage: Stage) -> None:
    """A platform that answers with a NUL in its id, or an address of a megabyte."""
    with lossy_proxy(stage.practice.server) as proxy:
        account = _behind(stage, proxy.url, "blind")
        proxy.answer(
            201, body=b'{"id": "1\\u0000", "url": "http://x/' + b"y" * 5000 + b'"}', method="POST", count=50
        )
        planned = stage.plan(account, "odd")
        stage.run(lambda found: found[planned.id] in {State.PUBLISHED, State.NEEDS_PERSON})
        assert [method for method, _ in proxy.seen].count("POST") == 1


def test_words_that_no_database_takes_end_nobody(stage: Stage) -> None:
    """Half a surrogate pair and a NUL in a platform's refusal; the lane beside it goes on."""
    with lossy_proxy(stage.practice.server) as proxy:
        account = _behind(stage, proxy.url, "keyed")
        proxy.answer(422, body=b'{"error": "no \\ud800 way \\u0000"}', method="POST", count=50)
        odd, other = stage.plan(account, "odd"), stage.plan(stage.account("blind", "other"), "fine")
        stage.run(lambda found: found == {odd.id: State.FAILED, other.id: State.PUBLISHED})
    assert "way" in stage.get(odd.id).reason


@ONLY_SQLITE
@pytest.mark.parametrize(("effect", "word"), [("html", "not JSON"), ("huge", "far more")])
def test_an_answer_that_is_no_answer_is_looked_up(stage: Stage, effect: str, word: str) -> None:
    stage.practice.faults({"effect": effect, "endpoint": "posts", "count": 2, "accept": True})
    readable = stage.plan(stage.account("readable", "readable"), "read back")
    blind = stage.plan(stage.account("blind", "blind"), "asked")
    wanted = {readable.id: State.PUBLISHED, blind.id: State.NEEDS_PERSON}
    stage.run(lambda found: found == wanted)
    assert sorted(stage.texts()) == ["asked", "read back"]
    assert word in _details(stage)


@ONLY_SQLITE
def test_a_platform_that_can_be_read_but_takes_no_posts_is_tried_once_a_breaker(stage: Stage) -> None:
    account = stage.account("blind")
    with write_session(stage.database) as session:
        session.get_one(Account, account.id).breaker_failures = BREAKER_OPENS_AT  # and its minute is over
    stage.practice.faults({"effect": "status", "status": 503, "endpoint": "posts"})
    for number in range(3):
        stage.plan(account, str(number))
    ends = time.monotonic() + 4
    stage.run(lambda _: time.monotonic() > ends)
    assert len(stage.practice.log("begun")) == 1


@ONLY_SQLITE
@pytest.mark.parametrize(("kind", "endpoint"), [("keyed", "posts"), ("readable", "timeline")])
def test_a_sick_answer_is_no_clock_that_was_set_back(stage: Stage, kind: str, endpoint: str) -> None:
    """The sweeper, running all the while, must not take the patience for a question from the future."""
    planned = stage.plan(stage.account(kind), "patience")
    stage.practice.faults(
        {"effect": "lose_answer", "endpoint": "posts", "count": 1},
        {"effect": "status", "status": 503, "endpoint": endpoint, "count": 3},
    )
    stage.run(lambda found: found[planned.id] in {State.PUBLISHED, State.NEEDS_PERSON})
    assert stage.get(planned.id).state == State.PUBLISHED
    assert stage.texts() == ["patience"]


@ONLY_SQLITE
def test_the_time_of_an_open_breaker_does_not_turn_a_question_into_a_persons(stage: Stage) -> None:
    stage.settings = stage.settings.model_copy(update={"reconcile_limit": 2.0})
    account = stage.account("keyed")
    stage.practice.faults({"effect": "status", "status": 503, "endpoint": "posts", "count": BREAKER_OPENS_AT})
    planned = stage.plan(account, "after the storm")
    stage.run(lambda _: _failures(stage, account) >= BREAKER_OPENS_AT)  # longer than the limit
    with write_session(stage.database) as session:
        people.account_reconnected(session, account.id)  # sooner than the breaker's minute
    stage.run(lambda found: found[planned.id] in {State.PUBLISHED, State.NEEDS_PERSON})
    assert stage.get(planned.id).state == State.PUBLISHED
    assert stage.texts() == ["after the storm"]


def _failures(stage: Stage, account: Account) -> int:
    with Session(stage.database) as session:
        return session.get_one(Account, account.id).breaker_failures


@ONLY_SQLITE
def test_an_expired_certificate_is_named_and_nothing_is_sent(stage: Stage) -> None:
    with expired_tls() as url:
        planned = stage.plan(_behind(stage, url, "blind"), "safe")
        stage.run(lambda found: found[planned.id] == State.RETRY_WAIT)
        assert "certificate" in stage.get(planned.id).reason


@ONLY_SQLITE
def test_a_name_that_does_not_resolve_is_named_and_tried_again(stage: Stage) -> None:
    planned = stage.plan(_behind(stage, "http://no-such-host.invalid", "blind"), "later")
    stage.run(lambda found: found[planned.id] == State.RETRY_WAIT)
    assert "no-such-host.invalid" in stage.get(planned.id).reason


@ONLY_SQLITE
def test_a_proxy_that_hangs_after_the_headers_is_given_up_at_the_deadline(stage: Stage) -> None:
    with answering(b"HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{") as url:
        planned = stage.plan(_behind(stage, url, "blind"), "half an answer")
        began = time.monotonic()
        stage.run(State.NEEDS_PERSON)
        assert time.monotonic() - began < 15
    assert re.search(r"did not answer within|no answer within", _details(stage))
    assert "look whether it is live" in stage.get(planned.id).reason


def _behind(stage: Stage, url: str, kind: str) -> Account:
    """An account whose platform is somewhere else than it should be."""
    account = stage.account(kind, f"behind_{kind}")
    with write_session(stage.database) as session:
        session.get_one(Account, account.id).server = url
    return account


def _details(stage: Stage) -> str:
    """What the attempts' journal says."""
    with stage.database.connect() as connection:
        return " ".join(connection.execute(text("SELECT detail FROM attempt")).scalars())
