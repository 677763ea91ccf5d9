"""The harness of `make bench` counts rightly; how fast anything is, no test decides."""

from __future__ import annotations

import subprocess
import sys
import urllib.request
from typing import TYPE_CHECKING

import psutil
import pytest
from sqlalchemy import text

from benchmarks.harness import future, planning
from benchmarks.harness import round as rounds
from benchmarks.harness.commits import counting
from benchmarks.harness.databases import Databases
from benchmarks.harness.ledger import Ledger
from benchmarks.harness.sampling import Meter, cpu_seconds
from benchmarks.harness.sinking import running_sink
from benchmarks.harness.work import Work, order_breaks
from benchmarks.targets import TARGETS, Target, ratio
from campaigns.core.db import writing
from campaigns.core.moments import utc_now
from campaigns.deliver.due import due_lanes
from config.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine


def test_a_round_counts_every_post_once_at_the_sink_and_in_the_database(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rounds, "LEAD", 1.0)
    work = Work(60, accounts=5)
    with Databases() as databases, rounds.stage(databases, "sqlite", accounts=work.accounts) as stage:
        figures = rounds.run(stage, work, count_commits=True)
        recorded, _ = planning.published(stage.database)
        assert recorded == stage.sink.count() == len(stage.sink.arrivals()) == work.posts
    assert figures["order_breaks"] == 0
    assert 0 < figures["commits_per_post"] < 10
    assert figures["cpu"] > 0


def test_a_post_that_came_twice_spoils_the_round() -> None:
    with running_sink() as sink:
        for number in (0, 1, 1):
            body = f'{{"text": "{number}/0 words"}}'.encode()
            urllib.request.urlopen(urllib.request.Request(f"{sink.url}/api/posts", body)).close()  # noqa: S310 - loopback
        with pytest.raises(AssertionError, match="3 posts came, 2 different, of 2"):
            rounds.check(sink, Work(2, accounts=1))


def test_order_is_broken_only_by_a_later_post_of_the_same_account() -> None:
    work = Work(6, accounts=2)
    assert order_breaks(work, [1, 0, 3, 2, 5, 4]) == 0
    assert order_breaks(work, [0, 4, 2, 1, 3, 5]) == 1


def test_writing_transactions_are_counted_and_reading_ones_are_not(engine: Engine) -> None:
    with counting(engine) as commits:
        for number in range(3):
            with writing(engine) as connection:
                connection.execute(
                    text("INSERT INTO organisation (slug, name, created_utc) VALUES (:slug, 'a', :now)"),
                    {"slug": f"s{number}", "now": "2026-01-01 00:00:00+00:00"},
                )
            with engine.connect() as connection:
                connection.execute(text("SELECT count(*) FROM organisation")).scalar_one()
        assert commits() == 3


def test_rows_for_later_are_there_and_nothing_of_them_is_due(engine: Engine, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    ground = planning.lay_ground(engine, settings, "http://127.0.0.1:1", 7)
    future.fill(engine, ground, 100)
    with engine.connect() as connection:
        rows, accounts, first = connection.execute(
            text(
                "SELECT count(*), count(DISTINCT account_id), min(due_utc) FROM delivery "
                "JOIN part ON delivery_id = id"
            )
        ).one()
    assert (rows, accounts) == (100, 7)
    assert str(first) > str(utc_now())
    assert due_lanes(engine, utc_now(), 3.0) == []
    assert len(due_lanes(engine, utc_now(), 400 * 86_400)) == 7


def test_cpu_of_a_child_that_has_ended_still_counts() -> None:
    own = psutil.Process()
    with Meter({"own": [own]}, [own]) as meter:
        before = cpu_seconds(own)
        subprocess.run([sys.executable, "-c", "sum(range(5_000_000))"], check=True)
        assert cpu_seconds(own) - before > 0.02
    assert meter.cpu["own"] > 0.02
    assert meter.megabytes > 1


def test_an_interrupted_run_is_resumed_from_what_it_kept(tmp_path: Path) -> None:
    first = Ledger(tmp_path / "ledger.json", {"began": "then"}, keep=False)
    first.add("burst", "one", {"posts_per_second": 3.0})
    first.add("burst", "two", {"posts_per_second": 2.0})
    second = Ledger(tmp_path / "ledger.json", {"began": "now"}, keep=True)
    second.add("burst", "one", {"posts_per_second": 5.0})
    assert second.head["began"] == "then"
    assert second.median("burst", "one", "posts_per_second") == 4.0
    assert ratio("burst", "one", "two", "posts_per_second")(second) == 2.0
    assert ratio("burst", "one", "nobody", "posts_per_second")(second) is None


def test_what_is_measured_by_name_outlives_a_run_without_it(tmp_path: Path) -> None:
    first = Ledger(tmp_path / "ledger.json", {"began": "then"}, keep=False)
    first.add("rows", "many", {"scan_ms": 3.0})
    first.add("burst", "one", {"posts_per_second": 3.0})
    second = Ledger(tmp_path / "ledger.json", {"began": "now"}, keep=False)
    second.forget("burst")
    assert second.head["began"] == "now"
    assert second.median("rows", "many", "scan_ms") == 3.0
    assert second.rounds("burst", "one") == []


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.promise)
def test_a_promise_tells_a_better_figure_from_a_worse_one(target: Target) -> None:
    better, worse = (target.wanted - 1, target.wanted + 1)
    if not target.at_most:
        better, worse = worse, better
    assert target.holds(better)
    assert target.holds(target.wanted)
    assert not target.holds(worse)
