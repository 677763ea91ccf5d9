"""Posts walk through the real engine to the real practice platform."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, col, select

from campaigns.core.db import write_session
from campaigns.deliver import people
from campaigns.deliver.runtime import LiveRuntime
from campaigns.models import Account, AccountState, Attempt, State
from tests.support.engine import running_engine, until

if TYPE_CHECKING:
    from campaigns.deliver.clock import DatabaseClock
    from tests.support.stage import Stage


def test_a_due_post_goes_out_once_and_its_address_is_kept(stage: Stage) -> None:
    planned = stage.plan(stage.account(), "Hello #You")
    stage.run(State.PUBLISHED)
    assert stage.texts() == ["Hello #You"]
    assert stage.get(planned.id).published_utc


def test_a_thread_goes_out_part_by_part_each_answering_the_one_before(stage: Stage) -> None:
    stage.plan(stage.account(), "one", "two", "three")
    stage.run(State.PUBLISHED)
    posts = stage.practice.posts()
    assert [post["text"] for post in posts] == ["one", "two", "three"]
    assert [post["reply_to"] for post in posts] == [None, posts[0]["id"], posts[1]["id"]]


def test_every_lane_keeps_its_own_order(stage: Stage) -> None:
    accounts = [stage.account(name=f"a{number}") for number in range(4)]
    past = datetime.now(UTC) - timedelta(seconds=30)
    for number in reversed(range(25)):
        for account in accounts:
            stage.plan(account, f"{number:02}", due=past + timedelta(seconds=number))
    stage.run(State.PUBLISHED)
    for account in accounts:
        assert stage.texts(account) == [f"{number:02}" for number in range(25)]


def test_nothing_is_sent_before_it_is_due(stage: Stage) -> None:
    due = datetime.now(UTC) + timedelta(seconds=1.5)
    stage.plan(stage.account(), due=due)
    stage.run(State.PUBLISHED)
    assert due <= datetime.fromisoformat(stage.practice.posts()[0]["at"])


@pytest.mark.parametrize("kind", ["keyed", "readable"])
def test_a_lost_answer_is_settled_without_a_second_post(stage: Stage, kind: str) -> None:
    account = stage.account(kind)
    stage.practice.lose_next_answer()
    stage.plan(account, "first")
    stage.plan(account, "second")
    stage.run(State.PUBLISHED)
    assert stage.texts() == ["first", "second"]


def test_a_lost_answer_on_a_blind_platform_asks_a_person_and_holds_nobody_up(stage: Stage) -> None:
    account = stage.account("blind")
    stage.practice.lose_next_answer()
    first, second = stage.plan(account, "first"), stage.plan(account, "second")
    wanted = {first.id: State.NEEDS_PERSON, second.id: State.PUBLISHED}
    stage.run(lambda found: found == wanted)
    assert stage.texts() == ["first", "second"]
    assert "look whether it is live" in stage.get(first.id).reason


def test_what_was_never_accepted_is_sent_again_after_two_looks(stage: Stage) -> None:
    account = stage.account("readable")
    stage.practice.faults(
        {"effect": "hang", "endpoint": "posts", "count": 1},
        {"effect": "latency", "endpoint": "timeline", "seconds": 0},  # so that the log has the looks
    )
    stage.plan(account, "only once")
    stage.run(State.PUBLISHED)
    assert stage.texts() == ["only once"]
    told = [(line["event"], line["endpoint"]) for line in stage.practice.log("begun", "fault")]
    assert told == [
        ("begun", "posts"),
        ("fault", "posts"),
        ("fault", "timeline"),
        ("fault", "timeline"),
        ("begun", "posts"),
    ]


def test_a_platform_that_is_down_is_tried_again_until_it_is_back(stage: Stage) -> None:
    account = stage.account()
    stage.practice.stop()
    planned = stage.plan(account, "patience")
    stage.run(lambda found: found == {planned.id: State.RETRY_WAIT})
    stage.practice.start()
    stage.run(State.PUBLISHED)
    assert stage.texts() == ["patience"]


class Longest(Random):
    """Of every span its end."""

    def uniform(self, a: float, b: float) -> float:
        return max(a, b)


class Unlucky(LiveRuntime):
    """Whose every wait is the longest."""

    def __init__(self, clock: DatabaseClock) -> None:
        super().__init__(clock)
        self.random = Longest()


def test_an_image_is_not_offered_every_second_to_a_platform_that_is_down(stage: Stage) -> None:
    account = stage.account()
    stage.practice.stop()
    planned = stage.plan(
        account, "with a picture", image="A door", due=datetime.now(UTC) + timedelta(seconds=9)
    )
    with running_engine(stage.settings, stage.database, Unlucky) as tick:
        until(lambda: stage.get(planned.id).state == State.RETRY_WAIT, every=tick)
    assert stage.get(planned.id).wake_utc > datetime.now(UTC) + timedelta(seconds=10)


def test_a_platform_that_is_down_for_long_costs_no_post_until_it_is_very_late(stage: Stage) -> None:
    one, other = stage.account(), stage.account(name="other")  # before it stops, since both sign up there
    stage.settings = stage.settings.model_copy(update={"max_attempts": 1, "give_up_after": 3600})
    stage.practice.stop()
    fresh = stage.plan(one, "an hour's patience")
    old = stage.plan(other, "none", due=datetime.now(UTC) - timedelta(hours=2), late_then="send")
    stage.run(lambda found: found == {fresh.id: State.RETRY_WAIT, old.id: State.FAILED})
    assert "Given up after 1 tries; the last answer was" in stage.get(old.id).reason


def test_a_platform_that_asks_to_wait_is_left_alone_and_the_order_holds(stage: Stage) -> None:
    account = stage.account()
    stage.practice.rate_limit_next(2)
    for number in range(5):
        stage.plan(account, str(number))
    stage.run(State.PUBLISHED)
    assert stage.texts() == list("01234")
    assert min(_gaps(stage)[:1]) >= timedelta(seconds=2)


def test_a_post_that_is_too_late_follows_its_late_rule(stage: Stage) -> None:
    account = stage.account()
    due = datetime.now(UTC) - timedelta(hours=2)
    rules = {"hold": State.HELD, "drop": State.MISSED, "send": State.PUBLISHED}
    wanted = {stage.plan(account, due=due, late_then=rule).id: state for rule, state in rules.items()}
    stage.run(lambda found: found == wanted)
    assert len(stage.texts()) == 1


def test_a_backlog_goes_out_at_a_measured_pace(stage: Stage) -> None:
    account = stage.account()
    earlier = datetime.now(UTC) - timedelta(minutes=20)
    for number in range(3):
        stage.plan(account, str(number), due=earlier + timedelta(seconds=number))
    stage.run(State.PUBLISHED)
    assert stage.texts() == ["0", "1", "2"]
    assert min(_gaps(stage)) >= timedelta(seconds=stage.settings.catch_up_every)


def test_a_refused_post_fails_with_the_platforms_words_and_the_next_goes_on(stage: Stage) -> None:
    account = stage.account()
    bad, good = stage.plan(account, "x" * 600), stage.plan(account, "fine")
    stage.run(lambda found: found == {bad.id: State.FAILED, good.id: State.PUBLISHED})
    assert "500" in stage.get(bad.id).reason


def test_a_thread_that_is_refused_half_way_is_partly_out_and_frees_the_lane(stage: Stage) -> None:
    account = stage.account()
    thread, after = stage.plan(account, "one", "x" * 600, "three"), stage.plan(account, "after")
    stage.run(lambda found: found == {thread.id: State.PARTLY_OUT, after.id: State.PUBLISHED})
    assert stage.texts() == ["one", "after"]


def test_a_revoked_token_holds_the_lane_until_the_account_is_connected_again(stage: Stage) -> None:
    account = stage.account()
    stage.practice.revoke()
    for number in range(3):
        stage.plan(account, str(number))

    def lost(_: object) -> bool:
        with Session(stage.database) as session:
            return session.get_one(Account, account.id).state == AccountState.RECONNECT

    stage.run(lost)
    assert stage.texts() == []
    stage.restore(account)
    with write_session(stage.database) as session:
        session.get_one(Account, account.id).state = AccountState.READY
        people.account_reconnected(session, account.id)
    stage.run(State.PUBLISHED)
    assert stage.texts() == ["0", "1", "2"]


def test_an_urgent_post_passes_those_that_wait_before_it(stage: Stage) -> None:
    account = stage.account()
    earlier = datetime.now(UTC) - timedelta(seconds=5)
    for number in range(3):
        stage.plan(account, str(number), due=earlier)
    stage.plan(account, "urgent", urgent=True)
    stage.run(State.PUBLISHED)
    assert stage.texts() == ["urgent", "0", "1", "2"]


def test_an_urgent_post_that_is_not_due_yet_holds_nobody_up(stage: Stage) -> None:
    account = stage.account()
    now = datetime.now(UTC)
    stage.plan(account, "urgent, in a while", due=now + timedelta(seconds=2.5), urgent=True)
    stage.plan(account, "now", due=now)
    stage.run(lambda found: State.PUBLISHED in found.values())
    assert stage.texts() == ["now"]


def test_images_are_uploaded_before_their_post_is_due_and_while_others_wait(stage: Stage) -> None:
    account = stage.account()
    now = datetime.now(UTC)
    later = stage.plan(account, "a picture", due=now + timedelta(minutes=5), image="A door")
    soon = stage.plan(account, "words", due=now + timedelta(seconds=2))
    stage.run(lambda found: found == {later.id: State.SCHEDULED, soon.id: State.PUBLISHED})
    assert [line["alt"] for line in stage.practice.log("uploaded")] == ["A door"]
    assert stage.get(later.id).wake_utc == stage.get(later.id).due_utc


def _gaps(stage: Stage) -> list[timedelta]:
    """Between the beginnings of the calls, as the journal has them."""
    with Session(stage.database) as session:
        begun = session.exec(select(Attempt.begun_utc).order_by(col(Attempt.begun_utc))).all()
    return [after - before for before, after in pairwise(begun)]
