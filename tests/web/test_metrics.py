"""What one scrape of the web process tells of all processes, and to whom."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import create_engine, event, text
from sqlmodel import Session, SQLModel

from campaigns.app import create_app
from campaigns.core.db import write_session
from campaigns.core.moments import utc_now
from campaigns.deliver import presence
from campaigns.deliver.figures import Census
from campaigns.deliver.owner import Owner
from campaigns.deliver.tally import COMMITS, OUTCOMES, Tally
from campaigns.models import AccountState, Delivery, State
from config.settings import Settings
from tests.factories.cast import make_account, make_organisation
from tests.factories.deliveries import make_campaign, make_delivery
from tests.support.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI
    from sqlalchemy import Engine

TOKEN = "a-token-of-the-monitoring"
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "metrics.md"


@pytest.fixture
def app(tmp_path: Path, database_url: str) -> Iterator[FastAPI]:
    made = create_app(
        Settings(data_dir=tmp_path / "data", database_url=database_url, metrics_token=TOKEN)  # type: ignore[arg-type]  # pydantic takes a str
    )
    yield made
    made.state.engine.dispose()


def _scrape(app: FastAPI) -> dict[tuple[str, ...], float]:
    """Every sample as (name, label values ...) -> value, read by the official parser."""
    answer = Visitor(app).get("/metrics", authorization=f"Bearer {TOKEN}")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


@pytest.mark.parametrize(
    "shown", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN} ", f"Bearer {TOKEN}ü", TOKEN]
)
def test_without_the_token_nothing_is_told(app: FastAPI, shown: str) -> None:
    answer = Visitor(app).get("/metrics", authorization=shown)
    assert answer.status == 401
    assert "beacon_" not in answer.text


def test_without_a_token_set_nobody_is_told_anything(tmp_path: Path, database_url: str) -> None:
    app = create_app(Settings(data_dir=tmp_path / "other", database_url=database_url))
    answer = Visitor(app).get("/metrics", authorization="Bearer ")
    app.state.engine.dispose()
    assert answer.status == 403
    assert "BEACON_METRICS_TOKEN" in answer.text


def test_a_token_that_is_easily_guessed_is_refused() -> None:
    with pytest.raises(ValueError, match="easily guessed"):
        Settings(metrics_token="short")  # type: ignore[arg-type]  # pydantic takes a str


def test_every_documented_metric_is_there_and_every_metric_is_documented(
    app: FastAPI, engine: Engine
) -> None:
    tally = Tally()
    tally.count(OUTCOMES, "practice published")
    tally.count("platform_errors", "practice unclear")
    presence.appear(engine, Owner.here(), "worker", utc_now(), counts=tally.take())
    with write_session(engine) as session:
        make_account(session, make_organisation(session), expires_utc=utc_now() + timedelta(days=3))
    documented = set(re.findall(r"^\| `(\w+)` \|", PAGE.read_text("utf-8"), re.MULTILINE))
    told = {re.sub(r"_(bucket|sum|count)$", "", name) for name, *_ in _scrape(app)}
    assert told == documented


def test_posts_lanes_and_tokens_are_told(app: FastAPI, engine: Engine) -> None:
    now = utc_now()
    with write_session(engine) as session:
        organisation = make_organisation(session)
        account = make_account(
            session,
            organisation,
            lane_owner="somebody",
            breaker_until=now + timedelta(minutes=1),
            expires_utc=now + timedelta(days=3),
        )
        make_account(session, organisation, name="gone", state=AccountState.RECONNECT)
        campaign = make_campaign(session, organisation.id)
        for minutes in (-90, -1, 60):
            make_delivery(session, campaign, account, due=now + timedelta(minutes=minutes))
        make_delivery(session, campaign, account, state=State.PUBLISHED)
    told = _scrape(app)
    assert told["beacon_deliveries", "scheduled"] == 3
    assert told["beacon_deliveries", "published"] == 1
    assert told["beacon_deliveries", "held"] == 0
    assert told["beacon_deliveries_due",] == 2
    assert told["beacon_deliveries_late",] == 2
    assert 5300 < told["beacon_oldest_due_seconds",] < 5600
    assert told["beacon_accounts", "practice", "reconnect"] == 1
    assert told["beacon_lanes_held", "practice"] == 1
    assert told["beacon_breakers_open", "practice"] == 1
    ends = told["beacon_token_expiry_timestamp_seconds", "practice", "practice"]
    assert ends == pytest.approx((now + timedelta(days=3)).timestamp(), abs=1)
    assert told["beacon_pause", "none"] == 1


def test_what_processes_counted_is_added_up_and_outlives_them(app: FastAPI, engine: Engine) -> None:
    for worker in (Owner.here(), Owner.here()):
        tally = Tally()
        tally.count(OUTCOMES, "mastodon published", 40)
        tally.count(COMMITS, by=3)
        for seconds in (0.001, 0.002, 0.3, 7200):
            tally.late(seconds)
        presence.appear(engine, worker, "worker", utc_now(), counts=tally.take())
        tally.count(COMMITS)
        presence.leave(engine, worker, tally.take())
    told = _scrape(app)
    assert told["beacon_outcomes_total", "published", "mastodon"] == 80
    assert told["beacon_journal_commits_total",] == 8
    buckets = {
        edge: told["beacon_publish_lateness_seconds_bucket", edge] for edge in ("0.002", "0.5", "+Inf")
    }
    assert buckets == {"0.002": 4, "0.5": 6, "+Inf": 8}
    assert told["beacon_publish_lateness_seconds_count",] == 8
    assert told["beacon_publish_lateness_seconds_sum",] == pytest.approx(2 * 7200.303)
    assert told["beacon_processes_up", "worker"] == 0


def test_a_scrape_reads_what_is_due_and_not_what_is_planned(app: FastAPI, engine: Engine) -> None:
    """Every statement but the census finds its deliveries through an index, by time."""
    with write_session(engine) as session:
        make_organisation(session)
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    event.listen(app.state.engine, "before_cursor_execute", note)
    _scrape(app)
    event.remove(app.state.engine, "before_cursor_execute", note)
    asked = [one for one in asked if "delivery" in one[0] and "GROUP BY delivery.state" not in one[0]]
    assert asked
    if app.state.engine.dialect.name != "sqlite":
        return  # an empty PostgreSQL scans; `benchmarks/` measures a full one
    with app.state.engine.connect() as connection:
        for statement, given in asked:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).all()
            assert any("SEARCH delivery USING" in step[3] and "due_utc<?" in step[3] for step in plan), plan


def test_counting_everything_takes_a_hundredth_of_the_time() -> None:
    moments = iter([0.0, 2.0, 199.0, 202.0, 203.0])  # began, ended; too early; began, ended
    census = Census(lambda: next(moments))
    engine = create_engine("sqlite://")
    SQLModel.metadata.create_all(engine)
    with Session(engine) as session:
        assert census.counted(session) == {}
        session.execute(text("PRAGMA foreign_keys=OFF"))
        session.add(Delivery(**_any_delivery()))
        session.flush()
        assert census.counted(session) == {}
        assert census.counted(session) == {"scheduled": 1}
    engine.dispose()


def _any_delivery() -> dict[str, Any]:
    numbers = dict.fromkeys(("organisation_id", "campaign_id", "post_id", "account_id"), 1)
    return {
        **numbers,
        "occurrence": "once",
        "wall": "",
        "zone": "UTC",
        "due_utc": utc_now(),
        "wake_utc": utc_now(),
    }
