"""Posts planned for the calendar, and the words of one of its days."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import select

from campaigns.core.db import write_session
from campaigns.models import Account, Campaign, Organisation, Post
from tests.factories.cast import make_account, make_organisation
from tests.factories.deliveries import make_campaign, make_delivery

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI
    from sqlmodel import Session

    from tests.support.visitor import Answer


@pytest.fixture
def plan(app: FastAPI) -> Callable[..., int]:
    """Plans a post at a UTC time on the named accounts (`practice`), and returns its first delivery's id."""

    def plan(
        text: str,
        due: str,
        *accounts: str,
        slug: str = "hope",
        organisation: str = "default",
        language: str | None = None,
        **more: Any,
    ) -> int:
        moment = datetime.fromisoformat(due).replace(tzinfo=UTC)
        with write_session(app.state.engine) as session:
            owner = session.exec(
                select(Organisation).where(Organisation.slug == organisation)
            ).first() or make_organisation(session, organisation)
            campaign = _campaign(session, owner.id, slug)
            first, *others = [_account(session, owner, name) for name in accounts or ("practice",)]
            delivery = make_delivery(session, campaign, first, text, due=moment, **more)
            post = session.get_one(Post, delivery.post_id)
            post.language = language
            for account in others:
                twin = make_delivery(session, campaign, account, text, due=moment, **more)
                twin.post_id = post.id
            return delivery.id

    return plan


def _campaign(session: Session, organisation_id: int, slug: str) -> Campaign:
    found = session.exec(
        select(Campaign).where(Campaign.organisation_id == organisation_id, Campaign.slug == slug)
    ).first()
    return found or make_campaign(session, organisation_id, slug)


def _account(session: Session, owner: Organisation, name: str) -> Account:
    found = session.exec(
        select(Account).where(Account.organisation_id == owner.id, Account.name == name)
    ).first()
    return found or make_account(session, owner, name=name)


def cell(page: Answer, day: str) -> str:
    """The words of one day of a month."""
    found = re.search(rf'<td[^>]*data-day="{day}".*?</td>', page.text, re.DOTALL)
    assert found, f"{day} is not shown"
    return " ".join(re.sub(r"<[^>]*>", " ", found[0]).split())
