"""What a service manager hears: whether the web process lives, and whether posts would go out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from campaigns.app import create_app
from campaigns.core.moments import utc_now
from campaigns.deliver import presence
from campaigns.deliver.owner import Owner
from campaigns.deliver.presence import Sign
from config.settings import Settings
from tests.support.visitor import Visitor

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi import FastAPI
    from sqlalchemy import Engine

TOKEN = "a-token-of-the-monitoring"


def _up(engine: Engine, kind: str, lacks: str = "") -> None:
    presence.appear(engine, Owner.here(), kind, utc_now(), Sign(lacks=lacks))


def _lacks(stranger: Visitor) -> list[str]:
    answer = stranger.get("/ready")
    assert answer.status == (503 if answer.json["lacks"] else 200)
    assert answer.json["ready"] is not bool(answer.json["lacks"])
    return list(answer.json["lacks"])


def test_each_missing_part_is_named(stranger: Visitor, engine: Engine) -> None:
    assert _lacks(stranger) == ["clock", "worker"]
    _up(engine, "clock")
    assert _lacks(stranger) == ["worker"]
    _up(engine, "worker")
    assert _lacks(stranger) == []


def test_a_broker_that_no_worker_reaches_is_missing_and_one_that_some_reach_is_not(
    stranger: Visitor, engine: Engine
) -> None:
    _up(engine, "clock")
    _up(engine, "worker", lacks="broker")
    assert _lacks(stranger) == ["broker"]
    _up(engine, "worker")
    assert _lacks(stranger) == []


def test_a_database_of_an_older_version_is_not_ready(stranger: Visitor, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert _lacks(stranger) == ["migrations"]


def test_without_a_database_it_lives_but_is_not_ready(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    app = create_app(Settings(data_dir=tmp_path / "data", database_url=f"sqlite:///{folder}/beacon.db"))
    (folder / "beacon.db").unlink(missing_ok=True)
    folder.rmdir()
    visitor = Visitor(app)
    assert visitor.get("/health").json == {"status": "ok"}
    assert _lacks(visitor) == ["database"]
    app.state.engine.dispose()


@pytest.fixture
def public(tmp_path: Path, database_url: str) -> FastAPI:
    return create_app(
        Settings(
            data_dir=tmp_path / "public",
            database_url=database_url,
            public_url="https://beacon.example.org",
            metrics_token=TOKEN,  # type: ignore[arg-type]  # pydantic takes a str
        )
    )


def test_strangers_get_the_code_alone_and_who_shows_the_token_gets_the_names(public: FastAPI) -> None:
    hidden = Visitor(public).get("/ready")
    assert (hidden.status, hidden.json) == (503, {"ready": False})
    told = Visitor(public).get("/ready", authorization=f"Bearer {TOKEN}")
    assert told.json["lacks"] == ["clock", "worker"]
    public.state.engine.dispose()
