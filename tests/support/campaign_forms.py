"""The form of a campaign, filled in, and the campaigns that came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlmodel import col, select

from campaigns.core.db import read_session, write_session
from campaigns.models import Campaign
from campaigns.models.defaults import default_organisation
from tests.factories.cast import make_account

if TYPE_CHECKING:
    from fastapi import FastAPI

NEW = {
    "title": "Día de la Salud Mental",
    "goal": "500 people take one conversation to a friend",
    "starts": "2035-10-01",
    "ends": "2035-10-14",
    "timezone": "Europe/London",
    "accounts": ["practice"],
    "primary": "#WorldMentalHealthDay",
    "supporting": "TimeToTalk, #Hope",
    "languages": "en es",
    "regions": "gb",
    "topics": "mental-health",
}
SLUG = "dia-de-la-salud-mental"


@pytest.fixture
def two_accounts(app: FastAPI) -> None:
    """`practice` and `x`, for a campaign to go out on."""
    with write_session(app.state.engine) as session:
        organisation = default_organisation(session)
        make_account(session, organisation)
        make_account(session, organisation, "x", "x")


def campaigns(app: FastAPI) -> list[Campaign]:
    with read_session(app.state.engine) as session:
        return list(session.exec(select(Campaign).order_by(col(Campaign.id))).all())
