"""Whose an upload is, how long and how many are kept, and where it may be loaded."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import Session, select

from campaigns.core.db import write_session
from campaigns.models import Account, Delivery, Organisation, Role
from campaigns.plan.importing import shelf
from tests.factories.cast import make_account
from tests.support.uploads import ONE, TWO, bring, form, load, refused, texts, where

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI

    from tests.support.visitor import Visitor

pytestmark = pytest.mark.usefixtures("practice_account")


def test_nobody_else_finds_an_upload_and_after_an_hour_nobody(
    app: FastAPI, alice: Visitor, enter: Callable[..., Visitor], charlie: Visitor
) -> None:
    page = bring(alice, ("campaign.yaml", ONE))
    path, mark = where(page), form(page)
    for other in (enter("Bob", Role.EDITOR), charlie):
        assert other.get(path).status == 404
        assert other.post(path, mark).status == 404
        assert other.post(f"{path}/drop").status == 404
    assert alice.get("/import/" + "0" * 32).status == 404
    assert alice.get("/import/..").status == 404
    (folder,) = (app.state.settings.data_dir / "imports").glob("*/*")
    long_ago = folder.stat().st_mtime - shelf.KEPT - 1
    os.utime(folder, (long_ago, long_ago))
    gone = alice.get(path)
    assert gone.status == 404
    assert "it is kept for an hour" in gone.words
    bring(alice, ("campaign.yaml", ONE))
    assert not folder.exists()


def test_only_so_many_uploads_of_one_person_are_kept(app: FastAPI, alice: Visitor) -> None:
    for _ in range(shelf.MOST + 2):
        bring(alice, ("c.csv", "text\nHello\n"))
    assert len([*(app.state.settings.data_dir / "imports").glob("*/*")]) == shelf.MOST


def test_charlie_loads_into_his_own_organisation_only(app: FastAPI, alice: Visitor, charlie: Visitor) -> None:
    load(alice, bring(alice, ("campaign.yaml", ONE)))
    page = bring(charlie, ("posts.csv", "text,at\nMine,2035-10-12 18:00\n"), campaign="wmhd-2035")
    assert page.status == 404
    page = bring(charlie, ("campaign.yaml", ONE))
    assert "is not connected" in page.words, "Alice's account is nobody's"
    assert "Is it the same campaign" not in page.words
    with write_session(app.state.engine) as session:
        elsewhere = session.exec(select(Organisation).where(Organisation.slug == "elsewhere")).one()
        make_account(session, elsewhere)
    load(charlie, bring(charlie, ("campaign.yaml", TWO)))
    assert len(texts(app)) == 1
    assert len(texts(app, "elsewhere")) == 2


def test_a_viewer_imports_nothing(enter: Callable[..., Visitor]) -> None:
    viewer = enter("Vera", Role.VIEWER)
    assert viewer.get("/import").status == 403
    assert refused(viewer, ("c.yaml", ONE)).status == 403


def test_an_upload_can_be_thrown_away(app: FastAPI, alice: Visitor) -> None:
    page = bring(alice, ("campaign.yaml", ONE))
    alice.post(f"{where(page)}/drop")
    assert alice.get(where(page)).status == 404
    assert texts(app) == []
    assert deliveries(app.state.engine) == 0


def deliveries(engine: Any) -> int:
    with Session(engine) as session:
        return len(session.exec(select(Delivery)).all()) + len(session.exec(select(Account)).all()) - 1
