"""What a worker tells while it works: one delivery's story in its log, and the figures of all."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from campaigns.core.db import read_session
from campaigns.core.moments import utc_now
from campaigns.deliver.figures import Census, figures
from campaigns.deliver.tally import COMMITS, LATENESS, OUTCOMES, PLATFORM_ERRORS
from campaigns.models import State
from campaigns.models.tables import attempt
from tests.support.engine import states, until
from tests.support.processes import process_group

if TYPE_CHECKING:
    from tests.support.stage import Stage

pytestmark = [
    pytest.mark.faults,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


def test_a_delivery_s_whole_story_is_found_by_its_id_and_counted(stage: Stage) -> None:
    account = stage.account("readable", "hope")
    told = stage.plan(account, "I told nobody.", "Then I told my sister.")
    other = stage.plan(stage.account("keyed", "other"), "Nothing happens to this one.")
    stage.practice.faults(
        {"effect": "ratelimit", "account": "hope", "endpoint": "posts", "after": 1, "count": 1},
        {"effect": "lose_answer", "account": "hope", "endpoint": "posts", "count": 1},
    )
    with process_group(stage.settings) as processes:
        processes.start("clock")
        worker = processes.start("worker")
        until(lambda: set(states(stage.database).values()) == {State.PUBLISHED})
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(20) == 0
        log = processes.log("worker")
    story = _story(log, told.id)
    assert [(line["part"], line["outcome"]) for line in story if line["outcome"] != "not_seen"] == [
        (1, "retry"),
        (1, "uncertain"),
        (1, "published"),
        (2, "published"),
    ]
    assert {line["account"] for line in story} == {"hope"}
    assert "slow down" in story[0]["reason"]
    with stage.database.connect() as connection:
        sent = select(attempt.c.id).where(attempt.c.delivery_id == told.id).order_by(attempt.c.begun_utc)
        attempts = list(connection.execute(sent).scalars())
    assert [line["attempt"] for line in story if line["attempt"]] == attempts
    assert [line["outcome"] for line in _story(log, other.id)] == ["published"]
    for never in ("told nobody", "my sister", *stage.tokens):
        assert never not in log

    with read_session(stage.database) as session:
        counted = figures(session, utc_now(), Census()).counted
    assert counted[OUTCOMES]["practice published"] == 3
    assert counted[PLATFORM_ERRORS] == {"practice try_later": 1, "practice unclear": 1}
    assert 0 < counted[COMMITS][""] < 40
    assert sum(counted[LATENESS].values()) == 1  # the other one: when the first went out, nobody saw


def _story(log: str, delivery_id: int) -> list[dict[str, Any]]:
    """Every line that is about the delivery; every line is JSON, but for Celery's good-bye."""
    lines = [json.loads(line) for line in log.splitlines() if line and "Warm shutdown" not in line]
    return [line for line in lines if line.get("delivery") == delivery_id]
