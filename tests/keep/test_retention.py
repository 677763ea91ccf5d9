"""What is old goes; what is not finished, or may still be needed to tell posts apart, stays."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlmodel import Session

from campaigns.core.db import write_session, writing
from campaigns.core.errors import Unusable
from campaigns.deliver import restored
from campaigns.deliver.progress import by_language, progress
from campaigns.keep.export import Export
from campaigns.keep.retention import retain
from campaigns.models import (
    Account,
    Attempt,
    AttemptKind,
    Audit,
    Campaign,
    Delivery,
    Part,
    PostVersion,
    State,
)
from campaigns.models.tables import attempt, delivery, part
from tests.factories.cast import make_account, make_organisation
from tests.factories.deliveries import make_campaign, make_delivery

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

NOW = datetime(2027, 12, 1, 12, tzinfo=UTC)
KEEP = 60  # days
SILENT = Export(None, NOW)
_numbers = itertools.count(1)


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def past(session: Session, campaign: Campaign, account: Account, state: State, days: float) -> int:
    """A delivery of one part that was due so long ago, with one call that has ended."""
    due = days_ago(days)
    made = make_delivery(session, campaign, account, due=due, state=state, published_utc=due)
    session.add(
        Attempt(
            id=f"a{made.id}",
            organisation_id=made.organisation_id,
            account_id=account.id,
            delivery_id=made.id,
            place=0,
            kind=AttemptKind.SEND,
            owner="host|1|1|one",
            fence=1,
            key="k",
            begun_utc=due,
            ended_utc=due,
        )
    )
    session.flush()
    return made.id


def campaign_of(session: Session, ended: float) -> Campaign:
    """One that ended so many days ago."""
    campaign = make_campaign(session, make_organisation(session).id, f"c{next(_numbers)}")
    campaign.starts, campaign.ends = date(2027, 1, 1), days_ago(ended).date()
    return campaign


def account_of(session: Session) -> Account:
    return make_account(session, make_organisation(session), name=f"a{next(_numbers)}")


def rows_of(engine: Engine, number: int) -> tuple[int, int, int]:
    """How many rows there are of a delivery: itself, its parts, its calls."""
    with engine.connect() as connection:
        counts = [
            connection.execute(select(func.count()).where(column == number)).scalar_one()
            for column in (delivery.c.id, part.c.delivery_id, attempt.c.delivery_id)
        ]
    return counts[0], counts[1], counts[2]


def test_a_campaign_that_is_over_goes_and_its_counts_stay(engine: Engine) -> None:
    with write_session(engine) as session:
        campaign, account = campaign_of(session, ended=90), account_of(session)
        numbers = [past(session, campaign, account, State.PUBLISHED, 100) for _ in range(250)]
        numbers.append(past(session, campaign, account, State.FAILED, 95))
        before = progress(session, campaign)
    done = retain(engine, NOW, KEEP, SILENT)
    assert done.deleted == {"attempt": 250, "delivery": 251}
    assert {rows_of(engine, number) for number in numbers} == {(0, 0, 0)}
    with Session(engine) as session:
        kept = session.get_one(Campaign, campaign.id)
        assert progress(session, kept) == before
        assert by_language(session, kept, before.all) == {}, (
            "nobody knows any more in which language they were"
        )
    assert retain(engine, NOW, KEEP, SILENT).deleted == {}


def test_of_a_campaign_that_goes_on_only_the_calls_go(engine: Engine) -> None:
    with write_session(engine) as session:
        campaign, account = campaign_of(session, ended=-1), account_of(session)
        old = past(session, campaign, account, State.PUBLISHED, 100)
        young = past(session, campaign, account, State.PUBLISHED, 10)
        open_ = past(session, campaign, account, State.NEEDS_PERSON, 100)
    retain(engine, NOW, KEEP, SILENT)
    assert [rows_of(engine, number) for number in (old, young, open_)] == [(1, 1, 0), (1, 1, 1), (1, 1, 1)]


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(list(State)), st.sampled_from([10, 59, 61, 200]), st.integers(0, 2)),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from([-1, 30, 59, 61, 200]),
)
def test_whatever_is_unfinished_or_may_be_needed_by_a_look_up_stays_whole(
    engine: Engine, mix: list[tuple[State, int, int]], ended: int
) -> None:
    with write_session(engine) as session:
        campaign, accounts = campaign_of(session, ended=ended), [account_of(session) for _ in range(3)]
        asking = {which for state, _, which in mix if state in {State.UNCERTAIN, State.SUBMITTING}}
        made = [
            (past(session, campaign, accounts[which], state, days), state, days, which)
            for state, days, which in mix
        ]
        before = progress(session, campaign)
    retain(engine, NOW, KEEP, SILENT)
    for number, state, days, which in made:
        itself, parts, calls = rows_of(engine, number)
        if state not in {State.PUBLISHED, State.CANCELLED, State.FAILED, State.MISSED, State.PARTLY_OUT}:
            assert (itself, parts, calls) == (1, 1, 1)
        if days < KEEP or ended < KEEP or which in asking:
            assert (itself, parts) == (1, 1)
    with Session(engine) as session:
        after = progress(session, session.get_one(Campaign, campaign.id))
    assert (dict(after.states), after.platforms) == (dict(before.states), before.platforms)


def test_nothing_goes_while_a_restore_is_not_settled(engine: Engine) -> None:
    with write_session(engine) as session:
        number = past(session, campaign_of(session, ended=90), account_of(session), State.PUBLISHED, 100)
    with writing(engine) as connection:
        restored.put_back(connection, days_ago(120), NOW, "Ann")
    assert retain(engine, NOW, KEEP, SILENT).deleted == {}
    assert rows_of(engine, number) == (1, 1, 1)


def test_former_wordings_and_lines_of_the_trail_go_but_never_the_newest_wording(engine: Engine) -> None:
    with write_session(engine) as session:
        campaign = campaign_of(session, ended=-1)
        post = make_delivery(session, campaign, account_of(session), due=NOW).post_id
        for version in (1, 2, 3):
            session.add(
                PostVersion(
                    post_id=post,
                    version=version,
                    organisation_id=campaign.organisation_id,
                    person="Ann",
                    at_utc=days_ago(100),
                )
            )
        for days in (100, 10):
            session.add(Audit(at_utc=days_ago(days), person="Ann", action="x", subject="y"))
    assert retain(engine, NOW, KEEP, SILENT).deleted == {"post_version": 2, "audit": 1}
    with Session(engine) as session:
        assert session.get(PostVersion, (post, 3))


def test_what_goes_is_written_down_first(engine: Engine, tmp_path: Path) -> None:
    with write_session(engine) as session:
        number = past(session, campaign_of(session, ended=90), account_of(session), State.PUBLISHED, 100)
        text = session.get_one(Part, (number, 0)).payload["text"]
    retain(engine, NOW, KEEP, Export(tmp_path / "old", NOW))
    (line,) = (tmp_path / "old" / "part-2027-12.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line)["payload"]["text"] == text
    assert {path.name for path in (tmp_path / "old").iterdir()} == {
        f"{kind}-2027-12.jsonl" for kind in ("part", "attempt", "delivery")
    }


def test_what_cannot_be_written_down_is_not_deleted(engine: Engine, tmp_path: Path) -> None:
    with write_session(engine) as session:
        number = past(session, campaign_of(session, ended=90), account_of(session), State.PUBLISHED, 100)
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "attempt-2027-12.jsonl").mkdir()  # no file can be written there
    with pytest.raises(Unusable, match="Old rows are kept"):
        retain(engine, NOW, KEEP, Export(tmp_path / "old", NOW))
    assert rows_of(engine, number) == (1, 1, 1)
    with Session(engine) as session:
        assert session.get_one(Delivery, number).state == State.PUBLISHED
