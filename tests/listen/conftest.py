"""A watch on a database, and somebody who hears what it tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from pytest_httpserver import HTTPServer
from sqlmodel import Session, select
from werkzeug import Response

from campaigns.listen.courier import carry_here
from campaigns.listen.watch import Watch
from campaigns.models import Alert
from config.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine
    from werkzeug import Request

SECRET = "s3cret-in-the-path"


@dataclass
class Staff:
    """A web hook that staff read; it can be told to refuse."""

    server: HTTPServer
    heard: list[dict[str, Any]] = field(default_factory=list)
    refuses: bool = False
    tried: int = 0

    @property
    def target(self) -> str:
        return f"json://{self.server.host}:{self.server.port}/{SECRET}"

    def take(self, request: Request) -> Response:
        self.tried += 1
        if self.refuses:
            return Response(status=500)
        self.heard.append(request.get_json())
        return Response(status=200)

    @property
    def titles(self) -> list[str]:
        return [message["title"] for message in self.heard]


@dataclass
class Desk:
    """A process that watches, on a clock that the test moves."""

    settings: Settings
    database: Engine
    at: datetime = datetime(2026, 12, 1, 9, tzinfo=UTC)
    seconds: float = 0.0

    def __post_init__(self) -> None:
        self.watch = Watch(self.settings, self.database, lambda: self.at, lambda: self.seconds, carry_here)

    def look(self, *, stalled: bool | None = False, after: timedelta = timedelta(0)) -> None:
        self.at += after
        self.seconds += after.total_seconds()
        self.watch.look(stalled=stalled)

    def alerts(self) -> list[Alert]:
        with Session(self.database) as session:
            return list(session.exec(select(Alert).order_by(Alert.id)))  # type: ignore[arg-type]  # a column


@pytest.fixture
def staff() -> Iterator[Staff]:
    with HTTPServer("127.0.0.1") as server:
        hearing = Staff(server)
        server.expect_request(f"/{SECRET}").respond_with_handler(hearing.take)
        yield hearing


@pytest.fixture
def desk(engine: Engine, database_url: str, tmp_path: Path, staff: Staff) -> Desk:
    return Desk(
        Settings(
            data_dir=tmp_path / "data",
            database_url=database_url,
            alert_targets=staff.target,  # type: ignore[arg-type]  # pydantic takes a str
            public_url="https://beacon.example.org",
        ),
        engine,
    )
