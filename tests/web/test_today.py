from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import select

from campaigns.core.db import read_session, write_session
from campaigns.core.moments import utc_now
from campaigns.deliver import today as deliver_today
from campaigns.models import Account, AccountState, Delivery, Role
from campaigns.web import today as web_today
from tests.factories.cast import make_account, make_organisation
from tests.factories.deliveries import make_campaign, make_delivery

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI

    from tests.support.visitor import Visitor


@pytest.fixture
def plan(app: FastAPI) -> Callable[..., int]:
    """Plans a delivery on the account `practice` and returns its id."""

    def plan(text: str, **more: Any) -> int:
        with write_session(app.state.engine) as session:
            organisation = make_organisation(session)
            account = session.exec(select(Account)).first() or make_account(session, organisation)
            campaign = make_campaign(session, organisation.id, f"c{text[:8].lower().replace(' ', '-')}")
            return make_delivery(session, campaign, account, text, **more).id

    return plan


def state(app: FastAPI, delivery_id: int) -> str:
    with read_session(app.state.engine) as session:
        return session.get_one(Delivery, delivery_id).state


def test_an_empty_install_says_what_to_do_next(alice: Visitor) -> None:
    words = alice.get("/").words
    assert "Nothing is planned." in words
    assert "Begin with something" in words


def test_today_shows_what_went_out_what_is_next_and_what_needs_a_person(
    alice: Visitor, plan: Callable[..., int]
) -> None:
    now = utc_now()
    plan("Gone out", state="published", published_utc=now, due=now - timedelta(hours=1))
    plan("Coming up", due=now + timedelta(days=400))
    plan("Held back", state="held", reason="It was too late.")
    words = alice.get("/").words
    assert words.index("Needs a person What to do Held back held It was too late.") < words.index("Next")
    assert words.index("Coming up") < words.index("Went out") < words.index("Gone out")
    assert f"{(now + timedelta(days=400)).year}" in words
    assert "London time" in words


def test_a_late_post_says_why_and_that_it_is_tried_again(alice: Visitor, plan: Callable[..., int]) -> None:
    ago = utc_now() - timedelta(minutes=20)
    plan(
        "On and on", state="retry_wait", due=ago, reason="The server could not be reached; nothing was sent."
    )
    words = alice.get("/").words
    assert (
        "On and on The server could not be reached; nothing was sent. It is tried again by itself." in words
    )


def test_a_large_install_says_more_than_instead_of_counting_on(
    alice: Visitor, plan: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (deliver_today, web_today):
        monkeypatch.setattr(module, "MOST_COUNTED", 2)
    for number in range(2):
        plan(f"{number} coming up", due=utc_now() + timedelta(days=1))
    assert "To go 2 Need" in alice.get("/").words
    for number in range(2, 4):
        plan(f"{number} coming up", due=utc_now() + timedelta(days=1))
    assert "To go 2+ Need" in alice.get("/").words


@pytest.mark.parametrize(
    ("stands", "button", "becomes"),
    [
        ("held", "now", "scheduled"),
        ("held", "cancel", "cancelled"),
        ("missed", "now", "scheduled"),
        ("failed", "now", "scheduled"),
        ("failed", "cancel", "cancelled"),
        ("partly_out", "now", "scheduled"),
        ("partly_out", "cancel", "cancelled"),
        ("needs_person", "again", "scheduled"),
        ("needs_person", "cancel", "cancelled"),
    ],
)
def test_one_button_settles_what_needs_a_person(
    app: FastAPI, alice: Visitor, plan: Callable[..., int], stands: str, button: str, becomes: str
) -> None:
    delivery_id = plan("A post", state=stands)
    assert alice.post(f"/deliveries/{delivery_id}/{button}", {"back": "/"}).leads_to == "/"
    assert state(app, delivery_id) == becomes


def test_a_thread_that_stopped_is_put_away_and_asks_nobody_any_more(
    alice: Visitor, plan: Callable[..., int]
) -> None:
    delivery_id = plan("A thread", state="partly_out", reason="The second part was refused.")
    assert "Send the rest" in alice.get("/").words
    page = alice.follow(alice.post(f"/deliveries/{delivery_id}/cancel", {"back": "/"}))
    assert "nothing more of it goes out" in page.words
    assert "Send the rest" not in page.words
    story = alice.get(f"/deliveries/{delivery_id}").words
    assert "The second part was refused. Put away by Alice." in story
    assert "Alice: cancelled it" in story
    assert alice.post(f"/deliveries/{delivery_id}/cancel").status == 409


def test_a_post_that_was_found_live_is_out_at_its_address(
    app: FastAPI, alice: Visitor, plan: Callable[..., int]
) -> None:
    delivery_id = plan("A post", state="needs_person")
    page = alice.follow(alice.post(f"/deliveries/{delivery_id}/live", {"url": "https://example.org/1"}))
    assert state(app, delivery_id) == "published"
    assert 'href="https://example.org/1"' in page.text


def test_an_address_that_is_none_is_asked_for_again_and_kept_as_typed(
    app: FastAPI, alice: Visitor, plan: Callable[..., int]
) -> None:
    delivery_id = plan("A post", state="needs_person")
    answer = alice.post(f"/deliveries/{delivery_id}/live", {"url": 'javascript:alert("1")'})
    assert "is no web address" in answer.words
    assert 'value="javascript:alert(&#34;1&#34;)"' in answer.text
    assert state(app, delivery_id) == "needs_person"


def test_who_comes_second_is_told_so_and_changes_nothing(
    app: FastAPI, alice: Visitor, plan: Callable[..., int]
) -> None:
    delivery_id = plan("A post", state="held")
    alice.post(f"/deliveries/{delivery_id}/cancel")
    answer = alice.post(f"/deliveries/{delivery_id}/now")
    assert answer.status == 409
    assert "it was cancelled" in answer.words
    assert state(app, delivery_id) == "cancelled"


@pytest.mark.parametrize("button", ["now", "again", "live", "cancel"])
def test_charlie_learns_nothing_of_alices_posts(
    app: FastAPI, charlie: Visitor, plan: Callable[..., int], button: str
) -> None:
    delivery_id = plan("Alice's own words", state="held")
    assert charlie.get(f"/deliveries/{delivery_id}").status == 404
    assert charlie.post(f"/deliveries/{delivery_id}/{button}").status == 404
    assert "Alice" not in charlie.get("/").words
    assert state(app, delivery_id) == "held"


def test_a_viewer_sees_everything_and_changes_nothing(
    app: FastAPI, enter: Callable[..., Visitor], plan: Callable[..., int]
) -> None:
    viewer = enter("Vera", Role.VIEWER)
    delivery_id = plan("A post", state="held")
    page = viewer.get("/")
    assert "A post" in page.words
    assert "<button" not in page.text
    refused = viewer.post(f"/deliveries/{delivery_id}/now")
    assert refused.status == 403
    assert "As viewer you may not" in refused.words
    assert viewer.post("/pause").status == 403
    assert state(app, delivery_id) == "held"


def test_an_account_to_connect_again_stands_first_with_what_waits_for_it(
    app: FastAPI, alice: Visitor, plan: Callable[..., int]
) -> None:
    plan("A post")
    with write_session(app.state.engine) as session:
        account = session.exec(select(Account)).one()
        account.state, account.state_reason = AccountState.RECONNECT, "Its token has ended."
        session.add(account)
    words = alice.get("/").words
    assert "practice to connect again Its token has ended. 1 post waits for it. Connect again" in words


def test_a_pause_is_told_on_every_page_until_somebody_resumes(alice: Visitor) -> None:
    page = alice.follow(alice.post("/pause", {"mode": "full", "back": "/"}))
    assert "The pause holds: nothing goes out" in page.words
    assert "Paused by Alice: today," in page.words
    assert "Everything is paused" in alice.get("/me").words
    assert "Posts go out again." in alice.follow(alice.post("/resume", {"back": "/me"})).words
    assert "Everything is paused" not in alice.get("/me").words


@pytest.mark.parametrize(
    "path", ["/deliveries/0", "/deliveries/99999999999999999999", "/deliveries/abc", "/deliveries/-1"]
)
def test_an_address_that_leads_nowhere_says_so_in_one_sentence(alice: Visitor, path: str) -> None:
    answer = alice.get(path)
    assert answer.status == 404
    assert "Nothing here" in answer.words
    assert "Traceback" not in answer.text


def test_hostile_text_is_only_ever_text(alice: Visitor, plan: Callable[..., int]) -> None:
    plan(
        '<script>alert(1)</script>"><img src=x onerror=alert(1)>{{ 7*7 }}',
        state="held",
        reason="<b>{{7}}</b>",
    )
    text = alice.get("/").text
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert "{{ 7*7 }}" in text
    assert "<b>{{7}}" not in text


def test_a_spanish_page_says_why_a_post_was_stopped_and_by_whom(
    alice: Visitor, plan: Callable[..., int]
) -> None:
    delivery_id = plan("A post", state="held", reason="It was 90 min late; its late rule says hold.")
    assert "Llegaba 90 min tarde" in alice.get("/", accept_language="es").words
    alice.post(f"/deliveries/{delivery_id}/cancel")
    page = alice.get(f"/deliveries/{delivery_id}", accept_language="es").words
    assert "Cancelada por Alice." in page
    assert "Alice: la canceló" in page
    assert "Alice: cancelled it" in alice.get(f"/deliveries/{delivery_id}").words


def test_a_page_that_refreshes_while_it_is_left_takes_no_words_from_the_next(
    alice: Visitor, plan: Callable[..., int]
) -> None:
    delivery_id = plan("A post", state="held")
    alice.post(f"/deliveries/{delivery_id}/now", {"back": "/"})
    assert "It goes out now." not in alice.get("/", beacon_refresh="1").words
    assert "It goes out now." in alice.get("/").words
    assert "It goes out now." not in alice.get("/").words
