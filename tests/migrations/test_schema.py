from __future__ import annotations

from typing import TYPE_CHECKING

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel

import campaigns.models  # noqa: F401 - fills the metadata
from campaigns.migrations import _config, newest, pending, upgrade

if TYPE_CHECKING:
    from sqlalchemy import Engine


def test_the_migrations_build_exactly_the_tables_that_the_models_describe(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_upgrading_twice_changes_nothing_and_nothing_is_pending(engine: Engine) -> None:
    upgrade(engine)
    assert not pending(engine)


def test_the_newest_migration_is_the_one_that_alembic_ends_with() -> None:
    assert ScriptDirectory.from_config(_config()).get_heads() == [newest()]
