"""Who may speak for a lane, and what becomes of it when its owner is dead."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import Session

from campaigns.core import hosts
from campaigns.core.db import write_session
from campaigns.core.wire import open_wire
from campaigns.deliver.lease import Take
from campaigns.deliver.outcome import Out, Unknown, Uploaded
from campaigns.deliver.owner import Owner
from campaigns.deliver.report import BREAKER_OPENS_AT, Report
from campaigns.deliver.sweep import sweep
from campaigns.models import Account, Attempt, AttemptKind, Delivery, State
from campaigns.platforms.contract import Receipt

if TYPE_CHECKING:
    from tests.support.stage import Stage

OUT = Out(Receipt("1", "https://example.org/1"))


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def dead() -> Owner:
    """The owner of a process that has just ended."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        owner = Owner(hosts.host_id(), process.pid, hosts.start_time(process.pid) or "", "dead")
        process.kill()
    return owner


def on_the_wire(stage: Stage, owner: Owner, **more: Any) -> Delivery:
    """A delivery that this owner is sending, under fence 5."""
    account = stage.account()
    planned = stage.plan(account, state=State.SUBMITTING, fence=5, **more)
    with write_session(stage.database) as session:
        lane = session.get_one(Account, account.id)
        lane.lane_owner, lane.lane_fence = str(owner), 5
        lane.lane_until = now() + timedelta(minutes=1)
        session.add(
            Attempt(
                id="dead.1",
                organisation_id=planned.organisation_id,
                account_id=account.id,
                delivery_id=planned.id,
                place=0,
                kind=AttemptKind.SEND,
                owner=str(owner),
                fence=5,
                key="k",
                begun_utc=now(),
            )
        )
    return planned


def tell(stage: Stage, *reports: Report) -> list[State | None]:
    with open_wire(stage.database, writes=True) as wire:
        return Report.apply_all(wire, reports, now())


def report(planned: Delivery, outcome: Any, *, fence: int = 5, version: int = 1) -> Report:
    return Report(planned.id, planned.account_id, 0, version, fence, outcome, "dead.1")


def test_an_outcome_counts_only_under_the_fence_of_its_send(stage: Stage, dead: Owner) -> None:
    planned = on_the_wire(stage, dead)
    assert tell(stage, report(planned, OUT, fence=4)) == [None]
    assert stage.get(planned.id).state == State.SUBMITTING
    assert tell(stage, report(planned, OUT)) == [State.PUBLISHED]


def test_an_upload_counts_only_from_the_lanes_owner_and_for_the_text_it_was_made_for(
    stage: Stage, dead: Owner
) -> None:
    planned = on_the_wire(stage, dead)
    with write_session(stage.database) as session:
        session.get_one(Delivery, planned.id).state = State.SCHEDULED
    done = report(planned, Uploaded({"1": {}}, complete=True))
    assert tell(stage, replace(done, fence=4)) == [None]
    assert tell(stage, replace(done, version=2)) == [None]
    assert tell(stage, done) == [State.SCHEDULED]


def test_a_lane_that_has_an_owner_is_not_taken(stage: Stage, dead: Owner) -> None:
    planned = on_the_wire(stage, dead)
    take = Take(planned.account_id, "another", timedelta(minutes=1))
    with open_wire(stage.database, writes=True) as wire:
        assert Take.apply_all(wire, [take], now()) == [None]


def test_what_a_dead_worker_was_sending_is_a_question_that_waits_for_a_late_request(
    stage: Stage, dead: Owner
) -> None:
    planned = on_the_wire(stage, dead)
    settings = stage.settings.model_copy(update={"quarantine": 30.0})
    moment = now()
    assert sweep(stage.database, settings, moment) == 1
    asked = stage.get(planned.id)
    assert asked.state == State.UNCERTAIN
    assert asked.wake_utc >= moment + timedelta(seconds=30)
    with Session(stage.database) as session:
        attempt = session.get_one(Attempt, "dead.1")
        lane = session.get_one(Account, planned.account_id)
    assert (attempt.outcome, attempt.ended_utc is not None) == ("lost", True), "or every pause waits for ever"
    assert (lane.lane_owner, lane.lane_fence, lane.lane_crashed) == (None, 6, True)


def test_a_living_workers_lane_is_left_alone(stage: Stage) -> None:
    planned = on_the_wire(stage, Owner.here())
    assert sweep(stage.database, stage.settings, now()) == 0
    assert stage.get(planned.id).state == State.SUBMITTING


def test_sick_answers_in_a_row_open_the_breaker(stage: Stage, dead: Owner) -> None:
    planned = on_the_wire(stage, dead)
    sick = report(planned, Unknown(now(), "502"))
    for _ in range(BREAKER_OPENS_AT):
        tell(stage, sick)
    with Session(stage.database) as session:
        assert session.get_one(Account, planned.account_id).breaker_until
    assert BREAKER_OPENS_AT == 5, "as the documents promise"


def test_a_post_that_ended_five_workers_is_given_up_and_its_neighbour_goes_on(stage: Stage) -> None:
    account = stage.account()
    poison, neighbour = stage.plan(account, "poison", marks=5), stage.plan(account, "neighbour")
    with write_session(stage.database) as session:
        session.get_one(Account, account.id).lane_crashed = True
    stage.run(lambda found: found == {poison.id: State.FAILED, neighbour.id: State.PUBLISHED})


def test_the_same_words_in_another_post_are_not_taken_for_this_one(stage: Stage) -> None:
    account = stage.account("readable")
    stage.plan(account, "The same words")
    stage.run(State.PUBLISHED)
    stage.practice.faults({"effect": "hang", "endpoint": "posts", "count": 1})
    stage.plan(account, "The same words")
    stage.run(State.PUBLISHED)
    assert stage.texts() == ["The same words", "The same words"]


def test_a_request_that_lands_between_two_looks_is_found_and_not_sent_again(stage: Stage) -> None:
    stage.settings = stage.settings.model_copy(update={"recheck": 3.0})
    account = stage.account("readable")
    late = {"effect": "latency", "endpoint": "posts", "seconds": 4, "count": 1}
    stage.practice.faults(late)
    stage.plan(account, "late but once")
    stage.run(State.PUBLISHED)
    assert stage.texts() == ["late but once"]
