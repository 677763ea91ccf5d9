"""A person's part: what is asked, what one can do, and what settling twice or too late comes to."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session

from campaigns.core.db import write_session
from campaigns.core.errors import Conflict, Misuse
from campaigns.core.moments import utc_now
from campaigns.deliver import pause, people
from campaigns.deliver.story import questions, story
from campaigns.models import Delivery, PauseMode, State
from campaigns.platforms.practice.publish import PracticeAdapter

if TYPE_CHECKING:
    from tests.support.stage import Stage


@pytest.fixture
def unknown(stage: Stage) -> Delivery:
    """A post whose answer was lost on a blind platform: it is live, but nobody here knows."""
    account = stage.account("blind")
    stage.practice.lose_next_answer()
    planned = stage.plan(account, "Is it out?")
    stage.run(State.NEEDS_PERSON)
    return planned


def test_a_question_says_what_happened_and_how_to_settle_it(stage: Stage, unknown: Delivery) -> None:
    with Session(stage.database) as session:
        (asked,) = questions(session)
    said = "\n".join(asked.question())
    assert "Is it out?" in said
    assert "answer was lost" in said
    assert f"beacon post settle {unknown.id} --live URL" in said
    assert f"beacon post settle {unknown.id} --again" in said


def test_live_settles_it_with_its_address_and_the_persons_name(stage: Stage, unknown: Delivery) -> None:
    with write_session(stage.database) as session:
        people.settle_live(session, unknown.id, "https://example.org/1", "alice")
    with Session(stage.database) as session:
        told = story(session, unknown.id)
        assert questions(session) == []
    assert (told.delivery.state, told.delivery.url) == (State.PUBLISHED, "https://example.org/1")
    assert [line.person for line in told.people] == ["alice"]
    assert stage.texts() == ["Is it out?"]


def test_again_sends_it_once_more_knowingly(stage: Stage, unknown: Delivery) -> None:
    with write_session(stage.database) as session:
        people.settle_again(session, unknown.id, "alice")
    stage.run(State.PUBLISHED)
    assert stage.texts() == ["Is it out?", "Is it out?"]


def test_settling_twice_is_refused_in_a_sentence(stage: Stage, unknown: Delivery) -> None:
    with write_session(stage.database) as session:
        people.settle_live(session, unknown.id, "https://example.org/1", "alice")
    with pytest.raises(Conflict, match="out already"), write_session(stage.database) as session:
        people.settle_again(session, unknown.id, "bob")
    stage.run_for(2)
    assert stage.texts() == ["Is it out?"]


def test_an_address_that_is_none_is_refused_and_the_question_stays(stage: Stage, unknown: Delivery) -> None:
    with pytest.raises(Misuse, match="no web address"), write_session(stage.database) as session:
        people.settle_live(session, unknown.id, "javascript:alert(1)", "alice")
    assert stage.get(unknown.id).state == State.NEEDS_PERSON


def test_posting_again_while_paused_waits_and_says_for_what(stage: Stage, unknown: Delivery) -> None:
    pause.pause_install(stage.database, PauseMode.FULL, "alice")
    with write_session(stage.database) as session:
        people.settle_again(session, unknown.id, "alice")
    with Session(stage.database) as session:
        told = story(session, unknown.id)
    assert "paused, by alice" in told.stopped_by
    assert "beacon resume" in "\n".join(told.headline())
    stage.run_for(2)
    assert stage.texts() == ["Is it out?"]
    pause.resume_install(stage.database, "alice")
    stage.run(State.PUBLISHED)


def test_a_thread_stopped_at_an_unknown_part_is_never_taken_up_again_blindly(stage: Stage) -> None:
    account = stage.account("blind")
    stage.practice.faults({"effect": "lose_answer", "endpoint": "posts", "count": 1})
    thread = stage.plan(account, "one", "two")
    stage.run(State.NEEDS_PERSON)
    with write_session(stage.database) as session:
        people.cancel(session, thread.id, "alice")
        stopped = session.get_one(Delivery, thread.id)
        stopped.state, stopped.cursor = State.PARTLY_OUT, 1  # as if its second part were the unknown one
    with pytest.raises(Conflict, match="nobody knew"), write_session(stage.database) as session:
        people.post_now(session, thread.id, "alice")


def test_the_rest_of_a_thread_whose_beginning_a_person_found_cannot_be_sent(stage: Stage) -> None:
    account = stage.account("blind")
    stage.practice.lose_next_answer()
    thread = stage.plan(account, "one", "two")
    stage.run(State.NEEDS_PERSON)
    with write_session(stage.database) as session:
        people.settle_live(session, thread.id, "https://example.org/1", "alice")
    assert stage.get(thread.id).state == State.PARTLY_OUT
    with pytest.raises(Conflict, match="found by a person"), write_session(stage.database) as session:
        people.post_now(session, thread.id, "alice")
    assert stage.texts() == ["one"]


def test_a_whole_post_goes_out_now_but_for_where_it_waits_for_a_person(stage: Stage) -> None:
    tomorrow = utc_now() + timedelta(days=1)
    planned = stage.plan(stage.account(), "Lines are open.", due=tomorrow)
    held = stage.plan(stage.account(name="other"), "Lines are open.", due=tomorrow, state=State.HELD)
    with write_session(stage.database) as session:
        session.get_one(Delivery, held.id).post_id = planned.post_id
    with write_session(stage.database) as session:
        people.post_all_now(session, planned.post_id, "alice")
    states = stage.run(lambda found: found[planned.id] == State.PUBLISHED)
    assert states[held.id] == State.HELD
    assert stage.texts() == ["Lines are open."]


def test_a_look_that_gets_no_answer_says_so(stage: Stage) -> None:
    stage.settings = stage.settings.model_copy(update={"call_deadline": 0.5, "reconcile_limit": 60})
    stage.practice.faults(
        {"effect": "lose_answer", "endpoint": "posts", "count": 1},
        {"effect": "hang", "endpoint": "timeline", "seconds": 5},
    )
    planned = stage.plan(stage.account("readable"), "Is it out?")
    looked = "It could not be looked up: "
    stage.run(lambda _: stage.get(planned.id).reason.startswith(looked))
    assert stage.get(planned.id).reason.endswith("answer within 0.5 s.")
    assert stage.texts() == ["Is it out?"]


def test_a_look_that_ends_at_the_engines_own_deadline_says_so_too(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silent(*_: object) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(PracticeAdapter, "look_for", silent)
    stage.settings = stage.settings.model_copy(update={"call_deadline": 0.5, "reconcile_limit": 60})
    stage.practice.lose_next_answer()
    planned = stage.plan(stage.account("readable"), "Is it out?")
    silence = "It could not be looked up: The platform gave no answer within 0.5 s."
    stage.run(lambda _: stage.get(planned.id).reason == silence)
