"""Campaign files brought to the pages: sent, looked at, and loaded."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

import pytest
from sqlmodel import col, select

from campaigns.core.db import read_session, write_session
from campaigns.models import Organisation, Post
from campaigns.models.defaults import default_organisation
from tests.factories.cast import make_account

if TYPE_CHECKING:
    from fastapi import FastAPI

    from tests.support.visitor import Answer, Visitor

HEAD = """\
campaign: World Mental Health Day 2035
slug: wmhd-2035
timezone: Europe/London
starts: 2035-10-01
ends: 2035-10-14
accounts: [practice]
posts:
"""
ONE = HEAD + '  - {id: one, text: "Who will you call today?", at: 2035-10-10 09:00}\n'
TWO = ONE + '  - {id: two, text: "Three questions.", at: 2035-10-11 09:00}\n'


@pytest.fixture
def practice_account(app: FastAPI) -> None:
    """The account that these files name."""
    with write_session(app.state.engine) as session:
        make_account(session, default_organisation(session))


def zip_of(files: dict[str, bytes | str]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return kept.getvalue()


def bring(visitor: Visitor, *files: tuple[str, bytes | str], **fields: str) -> Answer:
    """Uploads and follows to what is shown of it."""
    answer = refused(visitor, *files, **fields)
    return visitor.follow(answer) if answer.status == 303 else answer


def refused(visitor: Visitor, *files: tuple[str, bytes | str], **fields: str) -> Answer:
    sent = [
        ("files", name, content if isinstance(content, bytes) else content.encode())
        for name, content in files
    ]
    return visitor.send("/import", sent, fields)


def where(page: Answer) -> str:
    found = re.search(r'"(/import/[0-9a-f]{32})', page.text)
    assert found, page.words
    return found[1]


def form(page: Answer) -> dict[str, str]:
    """The hidden fields of the button that loads."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))


def load(visitor: Visitor, page: Answer) -> Answer:
    return visitor.post(where(page), form(page))


def texts(app: FastAPI, organisation: str = "default") -> list[str]:
    with read_session(app.state.engine) as session:
        mine = select(Post.text).join(Organisation, col(Organisation.id) == Post.organisation_id)
        wanted = mine.where(Organisation.slug == organisation, col(Post.removed_utc).is_(None))
        return list(session.exec(wanted.order_by(col(Post.place))).all())
