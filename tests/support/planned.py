"""A campaign on the pages, as a file would have brought it."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any

from sqlmodel import Session, col, select

from campaigns.core.db import write_session
from campaigns.core.moments import utc_now
from campaigns.models import Account, Delivery, Organisation, Post
from campaigns.plan.loading import load
from campaigns.plan.reading import read_campaign
from tests.factories.cast import make_account, make_organisation

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi import FastAPI

    from tests.support.visitor import Answer

HEAD = """\
campaign: World Mental Health Day 2035
slug: wmhd-2035
timezone: Europe/London
starts: 2035-10-01
ends: 2035-10-31
languages: [en, es]
hashtags: {primary: WorldMentalHealthDay}
accounts: [practice]
queue:
  slots:
    - {days: [mon, wed, fri], at: "09:00"}
posts:
"""


def plan_campaign(app: FastAPI, folder: Path, text: str, organisation: str = "default") -> None:
    """Loads this campaign file for the organisation, which gets a practice account if it has none."""
    path = folder / "campaign.yaml"
    path.write_text(text, "utf-8")
    with write_session(app.state.engine) as session:
        owner = session.exec(
            select(Organisation).where(Organisation.slug == organisation)
        ).first() or make_organisation(session, organisation)
        if not session.exec(select(Account).where(Account.organisation_id == owner.id)).all():
            make_account(session, owner)
        media = app.state.settings.media_dir
        loaded = load(
            session, owner.id, read_campaign(path), utc_now(), person="Alice", media_dir=media, yes=True
        )
        assert loaded.applied, loaded.findings


def ids(app: FastAPI) -> dict[str, int]:
    """The posts' numbers, by their text."""
    with Session(app.state.engine) as session:
        return {post.text: post.id for post in session.exec(select(Post)).all()}


def times(app: FastAPI) -> dict[str, str]:
    """What waits: the local time of each post, by its text."""
    with Session(app.state.engine) as session:
        rows = session.exec(
            select(Post.text, Delivery.wall)
            .join(Delivery, col(Delivery.post_id) == Post.id)
            .where(Delivery.state == "scheduled")
            .order_by(col(Delivery.due_utc))
        ).all()
        return {text: wall.removeprefix("2035-") for text, wall in rows}


def form_with(page: Answer, needle: str) -> dict[str, Any]:
    """The hidden fields of the form that holds this text."""
    whole = next(
        (form for form in re.findall(r"<form.*?</form>", page.text, re.DOTALL) if needle in form), None
    )
    assert whole, page.words
    fields: dict[str, Any] = {}
    for name, value in re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)">', whole):
        fields.setdefault(name, []).append(unescape(value))
    return fields


def seen(page: Answer) -> dict[str, Any]:
    """The fields of the button that does what a page shows."""
    return form_with(page, 'name="mark"')
