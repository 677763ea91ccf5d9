"""Staff are told what needs them: once, with the way to mend it, and with nothing that is not theirs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from structlog.testing import capture_logs

from campaigns.core.db import write_session
from campaigns.core.moments import wall_clock
from campaigns.deliver import pause, presence
from campaigns.deliver.owner import Owner
from campaigns.deliver.presence import Sign
from campaigns.models import Account, AccountState, Campaign, Delivery, PauseMode, State
from tests.factories.cast import make_account, make_organisation
from tests.factories.deliveries import make_campaign, make_delivery
from tests.fakes.mailbox import Mailbox
from tests.listen.conftest import SECRET, Desk, Staff
from tests.support.engine import until

if TYPE_CHECKING:
    from sqlalchemy import Engine

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
STORY = "When I was sixteen I told nobody."


def _account(database: Engine, **more: Any) -> Account:
    with write_session(database) as session:
        return make_account(session, make_organisation(session), **{"name": "hope", **more})


def _asking(
    desk: Desk, account: Account, state: State = State.NEEDS_PERSON, slug: str = "autumn"
) -> Delivery:
    with write_session(desk.database) as session:
        campaign = session.get(Campaign, 1) or make_campaign(session, account.organisation_id, slug)
        return make_delivery(
            session, campaign, account, STORY, due=desk.at - MINUTE, state=state, reason=STORY
        )


def _set(database: Engine, table: Any, its_id: int, **values: Any) -> None:
    with write_session(database) as session:
        row = session.get_one(table, its_id)
        for name, value in values.items():
            setattr(row, name, value)
        session.add(row)


@pytest.mark.parametrize(
    "state", [State.NEEDS_PERSON, State.HELD, State.MISSED, State.FAILED, State.PARTLY_OUT]
)
def test_a_post_that_needs_a_person_is_told_once_with_command_and_link(
    desk: Desk, staff: Staff, state: State
) -> None:
    asking = _asking(desk, _account(desk.database), state)
    for _ in range(3):
        desk.look(after=10 * MINUTE)
    assert staff.titles == ["Beacon: 1 post needs a person"]
    said = staff.heard[0]["message"]
    assert f"Post {asking.id} of autumn on hope: " in said
    assert f"https://beacon.example.org/deliveries/{asking.id}" in said
    assert f"beacon post show {asking.id}" in said


def test_no_post_s_text_and_no_secret_is_in_a_message(desk: Desk, staff: Staff) -> None:
    account = _account(desk.database, sealed="sealed-credentials", state=AccountState.RECONNECT)
    _asking(desk, account)
    desk.look()
    (heard,) = staff.heard
    for never in (STORY, STORY.rsplit(maxsplit=1)[-1], SECRET, "sealed-credentials"):
        assert never not in str(heard)


def test_what_is_settled_and_asks_again_is_told_again(desk: Desk, staff: Staff) -> None:
    asking = _asking(desk, _account(desk.database))
    desk.look()
    _set(desk.database, Delivery, asking.id, state=State.SCHEDULED)
    desk.look(after=10 * MINUTE)
    _set(desk.database, Delivery, asking.id, state=State.FAILED)
    desk.look(after=10 * MINUTE)
    assert len(staff.heard) == 2
    assert "refused" in staff.heard[1]["message"]


def test_an_account_to_connect_again_is_told_and_so_is_one_whose_token_ends_soon(
    desk: Desk, staff: Staff
) -> None:
    _account(desk.database, state=AccountState.RECONNECT)
    _account(desk.database, name="ending", expires_utc=desk.at + 6 * DAY)
    _account(desk.database, name="lasting", expires_utc=desk.at + 8 * DAY)
    desk.look()
    assert staff.titles == [
        "Beacon: 1 account needs connecting again, 1 account must be connected again soon"
    ]
    said = staff.heard[0]["message"]
    assert "https://beacon.example.org/accounts/hope/connect" in said
    assert "beacon account connect practice --name ending" in said
    assert "lasting" not in said


def test_an_account_that_does_not_come_through_is_told_after_ten_minutes_and_once(
    desk: Desk, staff: Staff
) -> None:
    trying = _asking(desk, _account(desk.database), State.RETRY_WAIT)
    desk.look()
    assert staff.heard == []
    desk.look(after=HOUR)
    _set(desk.database, Delivery, trying.id, state=State.SUBMITTING)
    desk.look(after=HOUR)
    _set(desk.database, Delivery, trying.id, state=State.RETRY_WAIT)
    desk.look(after=HOUR)
    assert staff.titles == ["Beacon: posts on 1 account do not get through"]
    assert "Posts on hope (practice) are late" in staff.heard[0]["message"]
    _set(desk.database, Delivery, trying.id, state=State.PUBLISHED)
    desk.look(after=HOUR)
    assert [one.over_utc is not None for one in desk.alerts()] == [True]


def test_a_post_that_a_pause_holds_back_is_not_said_not_to_get_through(desk: Desk, staff: Staff) -> None:
    _asking(desk, _account(desk.database), State.RETRY_WAIT)
    with wall_clock(lambda: desk.at):
        pause.pause_install(desk.database, PauseMode.FULL, "Alice")
        desk.look(after=HOUR)
        assert staff.heard == []
        pause.resume_install(desk.database, "Alice")
    desk.look(after=MINUTE)
    assert staff.titles == ["Beacon: posts on 1 account do not get through"]


def test_a_pause_that_stays_is_told_and_one_that_ends_in_time_is_not(desk: Desk, staff: Staff) -> None:
    with wall_clock(lambda: desk.at):
        pause.pause_install(desk.database, PauseMode.CRISIS, "Alice")
        desk.look(after=3 * HOUR)
        assert staff.heard == []
        desk.look(after=2 * HOUR)
        assert staff.titles == ["Beacon: everything is still paused"]
        assert "by Alice: only essential posts go out" in staff.heard[0]["message"]
        pause.resume_install(desk.database, "Alice")
        pause.pause_install(desk.database, PauseMode.FULL, "Bob")
        desk.look(after=HOUR)
    assert len(staff.heard) == 1


def test_a_paused_campaign_or_account_is_told_only_when_posts_are_long_due(desk: Desk, staff: Staff) -> None:
    quiet = _account(desk.database, name="quiet", paused=True)
    account = _account(desk.database, paused=True)
    delivery = _asking(desk, account, State.SCHEDULED)
    desk.look()
    assert staff.heard == []
    _set(desk.database, Campaign, delivery.campaign_id, paused=True)
    desk.look(after=5 * HOUR)
    assert staff.titles == ["Beacon: 1 campaign is still paused, 1 account is still paused"]
    assert "beacon campaign resume autumn" in staff.heard[0]["message"]
    assert quiet.name not in staff.heard[0]["message"]


def test_many_at_once_are_one_message_that_counts_them(desk: Desk, staff: Staff) -> None:
    account = _account(desk.database)
    for _ in range(25):
        _asking(desk, account, State.MISSED)
    desk.look()
    assert staff.titles == ["Beacon: 25 posts need a person"]
    assert "And 15 more like these." in staff.heard[0]["message"]


def test_a_bad_day_is_a_handful_of_messages_and_not_a_flood(desk: Desk, staff: Staff) -> None:
    account = _account(desk.database)
    for _ in range(2 * 20):  # one more post every half a minute, for twenty minutes
        _asking(desk, account)
        desk.look(after=timedelta(seconds=30))
    assert len(staff.heard) == 5  # at once, then after 1, 2, 4 and 8 minutes more
    desk.look(after=HOUR)
    told = sum(int(title.split()[1]) for title in staff.titles)
    assert told == 40


def test_a_target_that_fails_is_tried_again_and_the_others_are_not_told_twice(
    desk: Desk, staff: Staff
) -> None:
    with Mailbox() as mailbox:
        desk.settings = desk.settings.model_copy(
            update={"alert_targets": type(desk.settings.alert_targets)(f"{staff.target}\n{mailbox.target}")}
        )
        desk.__post_init__()
        staff.refuses = True
        _asking(desk, _account(desk.database))
        desk.look()
        assert [alert.state for alert in desk.alerts()] == ["waiting"]
        assert desk.alerts()[0].trouble == "target 1 (json) did not take it."
        staff.refuses = False
        desk.look(after=2 * MINUTE)
        assert [alert.state for alert in desk.alerts()] == ["told"]
        (letter,) = mailbox.letters
    assert letter["subject"] == "Beacon: 1 post needs a person"
    assert "beacon post show" in letter.as_string()
    assert len(staff.heard) == 1


def test_what_cannot_be_told_is_given_up_visibly_and_without_the_secret(desk: Desk, staff: Staff) -> None:
    staff.refuses = True
    _asking(desk, _account(desk.database))
    with capture_logs() as lines:
        for _ in range(13):
            desk.look(after=HOUR)
    (alert,) = desk.alerts()
    assert (alert.state, alert.tries, staff.tried) == ("given_up", 12, 12)
    assert SECRET not in alert.trouble + str(lines)
    assert {line["event"] for line in lines} == {"alerts.not_told"}


def test_what_was_over_before_anybody_was_told_is_not_told(desk: Desk, staff: Staff) -> None:
    staff.refuses = True
    asking = _asking(desk, _account(desk.database))
    desk.look()
    _set(desk.database, Delivery, asking.id, state=State.CANCELLED)
    staff.refuses = False
    desk.look(after=HOUR)
    assert staff.heard == []
    assert [alert.state for alert in desk.alerts()] == ["moot"]


def test_without_targets_nothing_is_written(desk: Desk) -> None:
    desk.settings = desk.settings.model_copy(update={"alert_targets": type(desk.settings.alert_targets)("")})
    desk.__post_init__()
    _asking(desk, _account(desk.database))
    desk.look()
    assert desk.alerts() == []


def test_two_processes_that_look_tell_it_once(desk: Desk, staff: Staff) -> None:
    other = Desk(desk.settings, desk.database)
    _asking(desk, _account(desk.database))
    staff.refuses = True
    desk.look()  # claimed, and to be tried again in half a minute
    staff.refuses = False
    other.look()
    assert staff.heard == []
    other.look(after=MINUTE)
    desk.look(after=MINUTE)
    assert len(staff.heard) == 1


def _ticks(desk: Desk) -> None:
    presence.appear(desk.database, Owner.here(), "clock", desk.at, Sign(ticked_utc=desk.at))


def test_a_minute_without_a_tick_is_told_by_whoever_is_no_clock_and_once(desk: Desk, staff: Staff) -> None:
    for _ in range(12):  # two minutes with ticks
        _ticks(desk)
        desk.watch.watch_the_clock()
        desk.seconds += 10
        desk.at += timedelta(seconds=10)
    desk.seconds += 45
    desk.watch.watch_the_clock()
    assert desk.alerts() == []
    for _ in range(3):
        desk.seconds += 10
        desk.watch.watch_the_clock()
        until(lambda: not desk.watch.busy)
    assert staff.titles == ["Beacon: nothing goes out"]
    assert "beacon up" in staff.heard[0]["message"]
    assert "https://beacon.example.org/status" in staff.heard[0]["message"]
    desk.look(stalled=False)  # the clock is back
    assert [alert.over_utc is not None for alert in desk.alerts()] == [True]


def test_a_machine_that_slept_is_not_taken_for_a_clock_that_stands(desk: Desk, staff: Staff) -> None:
    _ticks(desk)
    desk.watch.watch_the_clock()
    desk.at += 8 * HOUR  # the wall clock went on, ours did not
    desk.watch.watch_the_clock()
    until(lambda: not desk.watch.busy)
    assert staff.heard == []
