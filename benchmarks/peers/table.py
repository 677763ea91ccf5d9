"""The one table that a peer keeps its posts in, with SQLAlchemy Core: read one, mark one, name all."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Engine,
    MetaData,
    Table,
    Text,
    create_engine,
    func,
    select,
)

metadata = MetaData()
posts = Table(
    "bench_post",
    metadata,
    Column("id", BigInteger, primary_key=True),
    Column("account", BigInteger, nullable=False),
    Column("text", Text, nullable=False),
    Column("due", DateTime(timezone=True), nullable=False),
    Column("state", Text, nullable=False),
    Column("remote_id", Text),
    Column("published_at", DateTime(timezone=True)),
)

SINK = os.environ.get("BENCH_SINK", "") + "/api/posts"
BROKER = os.environ.get("BENCH_BROKER", "")
PROCESSES = 2
"""As many as the machine that these figures are for has cores."""


def open_engine(pool_size: int = 5) -> Engine:
    return create_engine(os.environ["BENCH_DATABASE"], pool_size=pool_size, max_overflow=0)


def text_of(engine: Engine, post_id: int) -> str:
    with engine.connect() as connection:
        text: str = connection.execute(select(posts.c.text).where(posts.c.id == post_id)).scalar_one()
    return text


def mark_published(engine: Engine, post_id: int, remote_id: str) -> None:
    with engine.begin() as connection:
        connection.execute(
            posts.update()
            .where(posts.c.id == post_id)
            .values(state="published", remote_id=remote_id, published_at=func.clock_timestamp())
        )


def planned(engine: Engine) -> list[int]:
    with engine.connect() as connection:
        return list(connection.execute(select(posts.c.id).order_by(posts.c.due, posts.c.id)).scalars())


def due_time() -> datetime:
    return datetime.fromtimestamp(float(os.environ["BENCH_DUE"]), UTC)
