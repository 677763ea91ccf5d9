"""The one question before every call: may it begin now?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.deliver.verdict import LEAD, Asked, Divert, Go, Pace, Standing, Wait, Why, judge
from campaigns.models import WAITING, AccountState, AttemptKind, LateRule, PauseMode, State

NOW = datetime(2027, 10, 10, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

ASKED = Asked(
    kind=AttemptKind.SEND,
    delivery_id=1,
    place=0,
    version=1,
    owner="me",
    fence=7,
    needs=timedelta(seconds=22),
    pace=Pace(interval=None, burst=timedelta(0), late_after=5 * MINUTE, late_every=MINUTE),
)

READY = Standing(
    state=State.SCHEDULED,
    version=1,
    cursor=0,
    due=NOW,
    late_within=60 * MINUTE,
    late_then=LateRule.HOLD,
    essential=False,
    previous_out=None,
    behind=False,
    campaign_paused=False,
    taken_out=False,
    account_paused=False,
    account_state=AccountState.READY,
    install=PauseMode.NONE,
    lane_owner="me",
    lane_fence=7,
    lane_until=NOW + MINUTE,
    not_before=None,
    breaker_until=None,
    rate_tat=None,
    late_not_before=None,
)


def after(**changes: Any) -> Any:
    return judge(ASKED, replace(READY, **changes), NOW)


def test_a_post_that_is_due_in_an_owned_lane_may_go() -> None:
    assert judge(ASKED, READY, NOW) == Go()


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"version": 2}, Why.CHANGED),
        ({"cursor": 1}, Why.CHANGED),
        ({"state": State.CANCELLED}, Why.CHANGED),
        ({"state": State.SUBMITTING}, Why.CHANGED),
        ({"lane_owner": "another"}, Why.LANE),
        ({"lane_fence": 8}, Why.LANE),
        ({"lane_until": NOW + timedelta(seconds=21)}, Why.LANE),
        ({"install": PauseMode.FULL, "essential": True}, Why.PAUSED),
        ({"install": PauseMode.CRISIS}, Why.PAUSED),
        ({"campaign_paused": True}, Why.PAUSED),
        ({"account_paused": True}, Why.PAUSED),
        ({"account_state": AccountState.RECONNECT}, Why.ACCOUNT),
        ({"behind": True}, Why.BEHIND),
        ({"due": NOW + 2 * LEAD}, Why.EARLY),
        ({"not_before": NOW + MINUTE}, Why.ASKED_TO_WAIT),
        ({"breaker_until": NOW + MINUTE}, Why.ASKED_TO_WAIT),
    ],
)
def test_one_thing_that_is_not_so_is_enough_to_wait(changes: dict[str, Any], why: Why) -> None:
    verdict = after(**changes)
    assert isinstance(verdict, Wait)
    assert verdict.why is why


def test_what_is_essential_passes_a_crisis_pause() -> None:
    assert after(install=PauseMode.CRISIS, essential=True) == Go()


def test_what_was_taken_out_of_its_campaign_is_cancelled() -> None:
    assert after(taken_out=True).to is State.CANCELLED


@given(
    late=st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=400)),
    within=st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=3)),
    then=st.sampled_from(LateRule),
)
def test_the_late_rule_speaks_exactly_when_a_post_is_later_than_it_allows(
    late: timedelta, within: timedelta, then: LateRule
) -> None:
    verdict = after(due=NOW - late, late_within=within, late_then=then)
    diverted = verdict.to if isinstance(verdict, Divert) else None
    wanted = {LateRule.HOLD: State.HELD, LateRule.DROP: State.MISSED, LateRule.SEND: None}[then]
    assert diverted == (wanted if late > within else None)


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(hours=3)))
def test_the_rest_of_a_thread_is_judged_by_the_part_before_it(since: timedelta) -> None:
    asked = replace(ASKED, place=1)
    stands = replace(
        READY, cursor=1, due=NOW - timedelta(days=1), previous_out=NOW - since, late_then=LateRule.SEND
    )
    verdict = judge(asked, stands, NOW)
    assert isinstance(verdict, Divert) == (since > stands.late_within)


def test_backlog_takes_its_turn_and_keeps_the_next_one_waiting() -> None:
    late = {"due": NOW - 10 * MINUTE}
    assert after(**late).late_not_before == NOW + MINUTE
    verdict = after(**late, late_not_before=NOW + timedelta(seconds=30))
    assert verdict == Wait(Why.ASKED_TO_WAIT, NOW + timedelta(seconds=30))


@given(st.lists(st.floats(min_value=0, max_value=120), min_size=1, max_size=60))
def test_an_account_never_sends_more_than_its_platform_allows(pauses: list[float]) -> None:
    posts, seconds = 5, 60.0
    interval = timedelta(seconds=seconds / posts)
    asked = replace(ASKED, pace=replace(ASKED.pace, interval=interval, burst=interval * (posts - 1)))
    now, tat, sent = NOW, None, []
    for pause in pauses:
        now += timedelta(seconds=pause)
        stands = replace(READY, due=now, rate_tat=tat, lane_until=now + MINUTE)
        verdict = judge(asked, stands, now)
        if isinstance(verdict, Go):
            tat = verdict.rate_tat
            sent.append(now)
    for first, sixth in zip(sent, sent[2 * posts - 1 :], strict=False):
        assert sixth - first >= timedelta(seconds=seconds - 1), "GCRA: a burst, then the steady rate"


@pytest.mark.parametrize("state", sorted(set(State) - WAITING))
def test_nothing_is_sent_from_any_state_but_those_that_wait(state: State) -> None:
    assert after(state=state) == Wait(Why.CHANGED)


def test_a_replay_starts_only_from_an_outcome_that_is_unknown_and_needs_no_turn() -> None:
    asked = replace(ASKED, kind=AttemptKind.REPLAY)
    assert judge(asked, READY, NOW) == Wait(Why.CHANGED)
    assert judge(asked, replace(READY, state=State.UNCERTAIN, behind=True), NOW) == Go()
