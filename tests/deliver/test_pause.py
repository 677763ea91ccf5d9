"""Who may pass a pause, and what waits for whom meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, col, select

from campaigns.core.errors import Misuse
from campaigns.deliver import pause
from campaigns.models import Audit, PauseMode, State

if TYPE_CHECKING:
    from collections.abc import Callable

    from campaigns.models import Account
    from tests.support.stage import Stage


def crisis(stage: Stage, _account: Account) -> pause.Scope:
    return pause.pause_install(stage.database, PauseMode.CRISIS, "alice")


def full(stage: Stage, _account: Account) -> pause.Scope:
    return pause.pause_install(stage.database, PauseMode.FULL, "alice")


def campaign(stage: Stage, _account: Account, *, allow_essential: bool = False) -> pause.Scope:
    its = stage.campaign
    return pause.pause_campaign(
        stage.database,
        its.slug,
        "alice",
        organisation_id=its.organisation_id,
        allow_essential=allow_essential,
    )


def account(stage: Stage, account: Account, *, allow_essential: bool = False) -> pause.Scope:
    return pause.pause_account(
        stage.database,
        account.name,
        "alice",
        organisation_id=account.organisation_id,
        allow_essential=allow_essential,
    )


def campaign_but_essential(stage: Stage, its_account: Account) -> pause.Scope:
    return campaign(stage, its_account, allow_essential=True)


def account_but_essential(stage: Stage, its_account: Account) -> pause.Scope:
    return account(stage, its_account, allow_essential=True)


@pytest.mark.parametrize("pausing", [crisis, campaign_but_essential, account_but_essential])
def test_what_is_essential_passes_this_pause_and_those_before_it(
    stage: Stage, pausing: Callable[[Stage, Account], pause.Scope]
) -> None:
    on = stage.account()
    earlier = datetime.now(UTC) - timedelta(seconds=5)
    held_back = stage.plan(on, "an ordinary day", due=earlier)
    essential = stage.plan(on, "Call or text 988", essential=True)
    scope = pausing(stage, on)
    assert pause.wait_until_quiet(stage.database, scope, 5, lambda _: None)
    stage.run(lambda found: found == {held_back.id: State.SCHEDULED, essential.id: State.PUBLISHED})
    assert stage.texts() == ["Call or text 988"]


@pytest.mark.parametrize("pausing", [full, campaign, account])
def test_not_even_what_is_essential_passes_this_pause(
    stage: Stage, pausing: Callable[[Stage, Account], pause.Scope]
) -> None:
    on = stage.account()
    stopped = stage.plan(on, "Call or text 988", essential=True)
    pausing(stage, on)
    stage.run_for(2)
    assert stage.texts() == []
    assert stage.get(stopped.id).state == State.SCHEDULED


def test_a_paused_account_does_not_hold_up_another(stage: Stage) -> None:
    paused, free = stage.account(name="paused"), stage.account(name="free")
    waiting, going = stage.plan(paused, "not now"), stage.plan(free, "now")
    account(stage, paused)
    stage.run(lambda found: found == {waiting.id: State.SCHEDULED, going.id: State.PUBLISHED})
    pause.resume_account(stage.database, "paused", "alice", organisation_id=paused.organisation_id)
    stage.run(State.PUBLISHED)


def test_a_pause_shows_what_it_waits_for_and_gives_up_waiting_but_not_the_pause(stage: Stage) -> None:
    on = stage.account()
    stage.practice.faults({"effect": "latency", "endpoint": "posts", "seconds": 1.5})
    slow = stage.plan(on, "slow")
    told: list[list[pause.InFlight]] = []

    def pause_meanwhile(found: dict[int, str]) -> bool:
        if found[slow.id] == State.SUBMITTING and not told:
            scope = pause.pause_install(stage.database, PauseMode.FULL, "alice")
            assert not pause.wait_until_quiet(stage.database, scope, 0.2, told.append)
            assert pause.wait_until_quiet(stage.database, scope, 10, told.append)
        return bool(told)

    stage.run(pause_meanwhile)
    assert [flight.delivery_id for flight in told[0]] == [slow.id]
    assert told[-1] == []
    assert stage.texts() == ["slow"]


def test_every_pause_and_resume_leaves_a_line_in_the_audit_trail(stage: Stage) -> None:
    on = stage.account()
    stage.plan(on)
    campaign(stage, on)
    its = stage.campaign
    pause.resume_campaign(stage.database, its.slug, "bob", organisation_id=its.organisation_id)
    with Session(stage.database) as session:
        lines = session.exec(select(Audit).order_by(col(Audit.id))).all()
    assert [(line.person, line.action) for line in lines] == [
        ("alice", "campaign.pause"),
        ("bob", "campaign.resume"),
    ]


def test_pausing_what_does_not_exist_is_refused_with_its_name(stage: Stage) -> None:
    with pytest.raises(Misuse, match="no campaign nowhere"):
        pause.pause_campaign(stage.database, "nowhere", "alice", organisation_id=1)
