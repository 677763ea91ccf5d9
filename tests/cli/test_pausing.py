"""A pause by name is the own organisation's: another's account or campaign of that name goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, col, select

from campaigns.core.db import open_engine, write_session
from campaigns.models import Account, Campaign, Organisation
from config.settings import Settings
from tests.factories.cast import make_account, make_organisation
from tests.factories.deliveries import make_campaign

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Engine

    from tests.cli.conftest import Said

NAME = "hope"


@pytest.fixture
def two_of_a_name(install: Path) -> Iterator[Engine]:
    engine = open_engine(Settings(data_dir=install).database)
    with write_session(engine) as session:
        for slug in ("default", "other"):
            organisation = make_organisation(session, slug)
            make_account(session, organisation, name=NAME)
            make_campaign(session, organisation.id, slug=NAME)
    yield engine
    engine.dispose()


def paused(engine: Engine, table: type[Account | Campaign]) -> dict[str, bool]:
    """Whether the one of that name is, by organisation."""
    named = col(Campaign.slug if table is Campaign else Account.name)
    with Session(engine) as session:
        rows = session.exec(
            select(Organisation.slug, table.paused)
            .join(Organisation, col(table.organisation_id) == Organisation.id)
            .where(named == NAME)
        )
        return dict(rows.all())


@pytest.mark.parametrize(("noun", "table"), [("account", Account), ("campaign", Campaign)])
def test_a_pause_and_a_resume_touch_the_own_organisations_only(
    beacon: Callable[..., Said], two_of_a_name: Engine, noun: str, table: type[Account | Campaign]
) -> None:
    assert beacon(noun, "pause", NAME).code == 0
    assert paused(two_of_a_name, table) == {"default": True, "other": False}
    with write_session(two_of_a_name) as session:
        for one in session.exec(select(table)):
            one.paused = True
    assert beacon(noun, "resume", NAME).code == 0
    assert paused(two_of_a_name, table) == {"default": False, "other": True}
