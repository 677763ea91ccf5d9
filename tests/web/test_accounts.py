from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from sqlmodel import select

from campaigns.core.db import read_session, write_session
from campaigns.core.moments import utc_now
from campaigns.core.vault import open_vault
from campaigns.deliver import connecting
from campaigns.models import Account, AccountState, Organisation, Role
from campaigns.platforms.registry import PLATFORMS, form_of
from tests.factories.cast import make_account, make_organisation
from tests.support.browser import PHONE, fits, new_context, press, violations

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI
    from playwright.sync_api import Browser, Page

    from tests.support.browser import Site
    from tests.support.visitor import Visitor

SECRET = "s3cret-do-not-show"


def add_account(app: FastAPI, name: str, organisation: Organisation | None = None, **more: Any) -> None:
    with write_session(app.state.engine) as session:
        make_account(session, organisation or make_organisation(session), name=name, **more)


def account(app: FastAPI, name: str) -> Account:
    with read_session(app.state.engine) as session:
        found = connecting.find(session, name)
        assert found
        return found


def cards_of(visitor: Visitor) -> list[str]:
    """The page's accounts, each as the HTML of its card."""
    return visitor.get("/accounts").text.split('<section class="card"')[1:]


def guard(app: FastAPI) -> None:
    """As if the pages were open to others than this machine."""
    app.state.settings = app.state.settings.model_copy(update={"allow_private_servers": False})


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


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_platform_has_a_form_with_its_fields(alice: Visitor, platform: str) -> None:
    page = alice.get(f"/accounts/connect/{platform}").text
    assert [field.name for field in form_of(platform).fields if f'name="{field.name}"' not in page] == []
    assert f"/accounts/connect/{platform}" in alice.get("/accounts/new").text
    empty = alice.post(f"/accounts/connect/{platform}", {"name": "new"})
    assert empty.status == 422
    assert "Please fill this in." in empty.words


def test_a_platform_that_does_not_exist_has_no_form(alice: Visitor) -> None:
    assert alice.get("/accounts/connect/myspace").status == 404
    assert alice.post("/accounts/connect/myspace", {"name": "x"}).status == 404


def test_a_refusal_stands_beside_the_field_and_the_secret_is_asked_again(alice: Visitor) -> None:
    typed = {"name": "mine", "server": "http://127.0.0.1:1", "handle": "alice.test", "password": SECRET}
    answer = alice.post("/accounts/connect/bluesky", typed)
    assert answer.status == 422
    beside = answer.text.partition('id="error-server"')[2].partition("</p>")[0]
    assert "could not be reached" in beside
    assert 'value="alice.test"' in answer.text
    assert SECRET not in answer.text
    assert "give them once more" in answer.words
    spanish = alice.post("/accounts/connect/bluesky", typed, accept_language="es-ES")
    assert "No se pudo llegar a Bluesky; no se envió nada." in spanish.words


def test_who_was_signed_out_gets_back_all_but_the_secrets(stranger: Visitor) -> None:
    typed = {"name": "mine", "server": "mastodon.example", "token": SECRET}
    answer = stranger.post("/accounts/connect/mastodon", typed)
    assert answer.status == 401
    assert "mastodon.example" in answer.text
    assert SECRET not in answer.text


@pytest.mark.parametrize("platform", ["mastodon", "bluesky"])
@pytest.mark.parametrize(
    "server", ["http://127.0.0.1:1", "10.0.0.1", "http://169.254.169.254", "localhost", "[::ffff:10.0.0.1]"]
)
def test_a_server_in_a_private_network_is_not_asked(
    app: FastAPI, alice: Visitor, platform: str, server: str
) -> None:
    guard(app)
    typed = {"name": "n", "server": server, "handle": "a.test", "password": SECRET, "token": SECRET}
    answer = alice.post(f"/accounts/connect/{platform}", typed)
    assert answer.status == 422
    assert "private network" in answer.text.partition('id="error-server"')[2].partition("</p>")[0]


def test_a_field_smuggled_into_xs_form_leads_to_no_private_server(app: FastAPI, alice: Visitor) -> None:
    guard(app)
    keys = dict.fromkeys((field.name for field in form_of("x").fields), SECRET)
    answer = alice.post("/accounts/connect/x", {"name": "n", "server": "http://10.0.0.1", **keys})
    assert answer.status == 422
    assert "private network" in answer.words


def test_a_name_that_is_taken_or_odd_is_refused_before_anybody_is_asked(app: FastAPI, alice: Visitor) -> None:
    add_account(app, "main")
    with patch("campaigns.web.accounts.lead") as asked:
        for name, said in (("main", "already"), ("a b", "letters, digits"), ("", "letters, digits")):
            answer = alice.post("/accounts/connect/practice", {"name": name, "handle": "a", "kind": "keyed"})
            assert answer.status == 422
            assert said in answer.words
    asked.assert_not_called()


def test_removing_asks_first_then_forgets_the_keys(app: FastAPI, alice: Visitor) -> None:
    add_account(app, "main", sealed="something")
    assert "Remove main?" in alice.get("/accounts/main/remove").words
    page = alice.follow(alice.post("/accounts/main/remove", {"waiting": "0"}))
    assert "main is removed" in page.words
    gone = account(app, "main")
    assert (gone.state, gone.sealed) == (AccountState.REMOVED, "")
    assert alice.post("/accounts/main/remove", {"waiting": "0"}).status == 404


def connect_practice(page: Page, name: str) -> None:
    page.get_by_label("Name in Beacon").fill(name)
    page.get_by_label("Name on the practice feed").fill(name)
    page.get_by_role("button", name="Connect").click()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_practice_account_is_connected_for_real_and_posts(
    site: Site, browser: Browser, *, scripts: bool
) -> None:
    with new_context(browser, site, site.person(), java_script_enabled=scripts) as context:
        page = context.new_page()
        page.goto("/accounts")
        page.get_by_role("link", name="Connect a practice account").click()
        connect_practice(page, "rehearsal")
        page.get_by_text("rehearsal is connected as rehearsal.").wait_for()
        assert page.get_by_role("heading", name="rehearsal").is_visible()
    with read_session(site.database) as session:
        made = connecting.known(session, "rehearsal")
    assert open_vault(site.settings).open(made.sealed)["token"].startswith("practice.rehearsal.keyed.")
    site.stage.plan(made, "It works")
    site.until(lambda: [post["text"] for post in site.practice.posts("rehearsal")] == ["It works"])


def test_a_name_taken_on_the_feed_is_said_and_what_was_typed_stays(page: Page) -> None:
    page.goto("/accounts/connect/practice")
    connect_practice(page, "twice")
    page.get_by_text("twice is connected").wait_for()
    page.goto("/accounts/connect/practice")
    page.get_by_label("Name in Beacon").fill("other")
    page.get_by_label("Name on the practice feed").fill("twice")
    page.get_by_role("button", name="Connect").click()
    assert "is taken; choose another" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Name in Beacon").input_value() == "other"


def test_a_revoked_account_is_connected_again_by_keys_and_what_was_held_goes_out(
    site: Site, page: Page
) -> None:
    page.goto("/accounts/connect/practice")
    connect_practice(page, "lost")
    page.get_by_text("lost is connected").wait_for()
    with read_session(site.database) as session:
        lost = connecting.known(session, "lost")
    site.practice.revoke("lost")
    site.stage.plan(lost, "Held until then")
    page.goto("/accounts")
    site.until(lambda: _state(site, "lost") == AccountState.RECONNECT)
    page.get_by_text("Nothing goes out there until").wait_for()
    site.practice.faults()
    press(page, page.get_by_role("link", name="Connect again lost"))
    press(page, page.get_by_role("button", name="Connect again"))
    page.get_by_text("lost is connected as lost.").wait_for()
    site.until(lambda: [post["text"] for post in site.practice.posts("lost")] == ["Held until then"])


def test_removing_cancels_no_more_than_it_said(site: Site, page: Page) -> None:
    main = site.stage.account()
    site.stage.plan(main, "Waits", state="held")
    page.goto("/accounts/practice/remove")
    page.get_by_text("1 post that waits on it is cancelled.").wait_for()
    site.stage.plan(main, "Came meanwhile", state="held")
    page.get_by_role("button", name="Remove the account").click()
    page.get_by_text("Meanwhile more posts were planned on it").wait_for()
    assert _state(site, "practice") == AccountState.READY
    page.get_by_role("button", name="Remove the account").click()
    page.get_by_text("practice is removed").wait_for()
    assert _state(site, "practice") == AccountState.REMOVED


def test_an_account_is_paused_by_keys_alone(site: Site, page: Page) -> None:
    site.stage.account()
    page.goto("/accounts")
    press(page, page.get_by_role("button", name="Pause practice", exact=True))
    page.get_by_role("button", name="Resume practice").wait_for()


@pytest.mark.parametrize("how", [{}, {"color_scheme": "dark", "viewport": PHONE}], ids=["desk", "dark phone"])
def test_an_account_to_connect_again_and_a_refusal_are_accessible(
    site: Site, browser: Browser, how: dict[str, Any]
) -> None:
    """The pages as they are when all is well are looked at with all the others: test_every_page."""
    main = site.stage.account()
    site.stage.plan(main, "Waits", state="held")
    with write_session(site.database) as session:
        made = make_account(session, make_organisation(session), "mastodon", "news")
        made.state, made.state_reason, made.paused = AccountState.RECONNECT, "The token was revoked.", True
    with new_context(browser, site, site.person(), **how) as context:
        page = context.new_page()
        for path in ("/accounts", "/accounts/news/connect", "/accounts/news/remove"):
            page.goto(path)
            assert violations(page) == [], path
            assert fits(page), path
        page.goto("/accounts/connect/bluesky")
        page.get_by_label("Name in Beacon").fill("not a name")
        page.get_by_label("Your handle").fill("alice.test")
        page.get_by_label("App password").fill(SECRET)
        page.get_by_role("button", name="Connect").click()
        page.get_by_role("alert").wait_for()
        assert violations(page) == []


def _state(site: Site, name: str) -> str:
    with read_session(site.database) as session:
        found = connecting.find(session, name)
        return found.state if found else ""
