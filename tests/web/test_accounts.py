"""The page of the accounts: how each is, its pause, its removal, and who may."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import select

from campaigns.core.db import read_session
from campaigns.core.moments import utc_now
from campaigns.deliver import connecting
from campaigns.models import Account, AccountState, Organisation, Role
from tests.support.accounts import SECRET, add_account

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI

    from tests.support.visitor import Visitor


def account(app: FastAPI, name: str) -> Account:
    with read_session(app.state.engine) as session:
        found = connecting.find(session, name)
        assert found
        return found


def cards_of(visitor: Visitor) -> list[str]:
    """The page's accounts, each as the HTML of its card."""
    return visitor.get("/accounts").text.split('<section class="card"')[1:]


def test_without_an_account_the_page_says_how_to_begin(alice: Visitor) -> None:
    page = alice.get("/accounts")
    assert "No account is connected." in page.words
    assert 'href="/accounts/connect/practice"' in page.text


def test_an_account_to_connect_again_says_why(app: FastAPI, alice: Visitor) -> None:
    add_account(app, "main", state="reconnect", state_reason="The token was revoked.")
    words = alice.get("/accounts").words
    assert "to connect again" in words
    assert "The token was revoked." in words


def test_an_account_tells_its_limits_what_is_left_and_how_it_is(app: FastAPI, alice: Visitor) -> None:
    now = utc_now()
    used: dict[str, Any] = {"rate_tat": now + timedelta(hours=1, seconds=-30)}  # nearly a whole hour's posts
    add_account(app, "sky", platform="bluesky", expires_utc=now + timedelta(days=3), **used)
    add_account(app, "sick", breaker_until=now + timedelta(hours=1), not_before=now + timedelta(hours=2))
    add_account(app, "slow", not_before=now + timedelta(hours=2))
    add_account(app, "well", breaker_until=now - timedelta(hours=1), not_before=now - timedelta(hours=1))
    cards = {card.partition("</h2>")[0].rpartition(">")[2]: card for card in cards_of(alice)}
    left = int(cards["sky"].partition(" of 2,500 posts")[0].rpartition(">")[2])
    assert 15 <= left <= 60
    assert "Its key ends" in cards["sky"]
    assert "up to 300 characters" in cards["sky"]
    assert "answers badly" in cards["sick"]
    assert "asked us to wait" in cards["slow"]
    for said in ("answers badly", "asked us to wait", "Left at this moment", "Its key ends"):
        assert said not in cards["well"]


@pytest.mark.parametrize(
    ("fields", "spares", "said"),
    [({}, False, "no post begins"), ({"mode": "crisis"}, True, "only essential posts")],
)
def test_an_account_is_paused_and_resumed(
    app: FastAPI, alice: Visitor, fields: dict[str, str], said: str, *, spares: bool
) -> None:
    add_account(app, "main")
    page = alice.follow(alice.post("/accounts/main/pause", fields))
    assert said in page.words
    paused = account(app, "main")
    assert (paused.paused, paused.pause_spares_essential) == (True, spares)
    alice.post("/accounts/main/resume")
    assert not account(app, "main").paused


def test_a_pause_stays_in_its_organisation(app: FastAPI, alice: Visitor, charlie: Visitor) -> None:
    add_account(app, "main")
    with read_session(app.state.engine) as session:
        elsewhere = session.exec(select(Organisation).where(Organisation.slug == "elsewhere")).one()
    add_account(app, "main", elsewhere)
    assert charlie.post("/accounts/main/pause").status == 303
    assert "paused" in charlie.get("/accounts").text.partition("<main")[2]
    assert "paused" not in alice.get("/accounts").text.partition("<main")[2]


@pytest.mark.parametrize("deed", ["connect", "remove"])
def test_another_organisations_account_is_not_there(app: FastAPI, charlie: Visitor, deed: str) -> None:
    add_account(app, "hers")
    assert "hers" not in charlie.get("/accounts").words
    assert charlie.get(f"/accounts/hers/{deed}").status == 404
    assert charlie.post(f"/accounts/hers/{deed}", {"waiting": "9", "token": SECRET}).status == 404
    assert account(app, "hers").state == AccountState.READY


@pytest.mark.parametrize("role", [Role.EDITOR, Role.VIEWER])
@pytest.mark.parametrize(
    "path", ["/accounts/new", "/accounts/connect/practice", "/accounts/main/connect", "/accounts/main/remove"]
)
def test_only_an_owner_connects_and_removes(
    app: FastAPI, enter: Callable[..., Visitor], role: Role, path: str
) -> None:
    add_account(app, "main")
    somebody = enter("Bob", role)
    assert somebody.get(path).status == 403
    if path != "/accounts/new":
        assert somebody.post(path, {"waiting": "0"}).status == 403
    assert path not in somebody.get("/accounts").text


def test_a_viewer_pauses_nothing(app: FastAPI, enter: Callable[..., Visitor]) -> None:
    add_account(app, "main")
    viewer = enter("Vera", Role.VIEWER)
    assert viewer.post("/accounts/main/pause").status == 403
    assert "main/pause" not in viewer.get("/accounts").text.partition("<main")[2]


def test_removing_asks_first_then_forgets_the_keys(app: FastAPI, alice: Visitor) -> None:
    add_account(app, "main", sealed="something")
    assert "Remove main?" in alice.get("/accounts/main/remove").words
    page = alice.follow(alice.post("/accounts/main/remove", {"waiting": "0"}))
    assert "main is removed" in page.words
    gone = account(app, "main")
    assert (gone.state, gone.sealed) == (AccountState.REMOVED, "")
    assert alice.post("/accounts/main/remove", {"waiting": "0"}).status == 404
