"""A campaign's settings are changed, with what that does to its posts shown first, and it is removed."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import Session, col, select

from campaigns.core.db import read_session, write_session
from campaigns.core.moments import utc_now
from campaigns.models import Account, Delivery, Organisation, Role
from tests.factories.cast import make_account
from tests.support.campaign_forms import NEW, SLUG, campaigns

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI

    from tests.support.visitor import Answer, Visitor

pytestmark = pytest.mark.usefixtures("two_accounts")
PATH = f"/campaigns/{SLUG}/settings"


@pytest.fixture
def made(alice: Visitor, two_accounts: None) -> Visitor:  # noqa: ARG001 - its campaign goes out on them
    """Alice, whose campaign has a post in October 2035, at nine in London, and one in the queue."""
    assert alice.post("/begin/campaign", NEW).status == 303
    table = 'id,text,at\none,"Who will you call?",2035-10-10 09:00\n'
    answer = alice.send("/import", [("files", "p.csv", table.encode())], {"campaign": SLUG})
    page = alice.follow(answer)
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))
    where = re.search(r'"(/import/[0-9a-f]{32})', page.text)
    assert where, page.words
    assert alice.post(where[1], form).status == 303, page.words
    return alice


def dues(app: FastAPI) -> list[str]:
    with read_session(app.state.engine) as session:
        rows = session.exec(select(Delivery).order_by(col(Delivery.due_utc))).all()
        return [f"{row.due_utc:%m-%d %H:%M} {row.state}" for row in rows]


def hidden(page: Answer) -> dict[str, Any]:
    """The fields of the button that does what is shown."""
    whole = next(
        form for form in re.findall(r"<form.*?</form>", page.text, re.DOTALL) if 'name="mark"' in form
    )
    fields: dict[str, Any] = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', whole):
        fields.setdefault(name, []).append(value)
    return fields


def with_version(app: FastAPI, **changed: Any) -> dict[str, Any]:
    return {**NEW, "version": str(campaigns(app)[0].version), **changed}


def test_what_touches_no_post_is_saved_at_once(app: FastAPI, made: Visitor) -> None:
    answer = made.post(PATH, with_version(app, goal="More", topics="hope"))
    assert answer.leads_to == PATH
    assert "Saved." in made.follow(answer).words
    (one,) = campaigns(app)
    assert (one.goal, one.topics) == ("More", ["hope"])


def test_another_zone_is_shown_with_the_posts_it_moves_and_done_exactly_so(
    app: FastAPI, made: Visitor
) -> None:
    page = made.post(PATH, with_version(app, timezone="America/New_York"))
    assert page.status == 200
    assert "Nothing is saved yet." in page.words
    assert "goes out at another time" in page.words
    assert "<del>Europe" in page.text
    assert dues(app) == ["10-10 08:00 scheduled"]
    assert made.post(PATH, hidden(page)).status == 303
    assert dues(app) == ["10-10 13:00 scheduled"]
    assert made.post(PATH, hidden(page)).leads_to == PATH, "a second click"


def test_one_more_account_is_shown_with_what_is_planned_on_it(app: FastAPI, made: Visitor) -> None:
    page = made.post(PATH, with_version(app, accounts=["practice", "x"]))
    assert "1 planned in addition" in page.words
    made.post(PATH, hidden(page))
    assert len(dues(app)) == 2
    page = made.post(PATH, with_version(app, accounts=["x"]))
    assert "1 cancelled" in page.words
    made.post(PATH, hidden(page))
    assert sorted(dues(app)) == ["10-10 08:00 cancelled", "10-10 08:00 scheduled"]


def test_other_tags_are_shown_with_how_many_posts_carry_them(app: FastAPI, made: Visitor) -> None:
    page = made.post(PATH, with_version(app, primary="TalkToday"))
    assert "1 changed" in page.words
    assert made.post(PATH, hidden(page)).status == 303


def test_days_that_leave_a_post_outside_are_a_problem_that_names_it(app: FastAPI, made: Visitor) -> None:
    page = made.post(PATH, with_version(app, ends="2035-10-05"))
    assert page.status == 422
    assert "Who will you call?" in page.words
    assert "is outside the campaign" in page.words
    assert 'value="2035-10-05"' in page.text
    assert str(campaigns(app)[0].ends) == "2035-10-14"


def test_a_zone_in_which_a_posts_time_has_passed_sends_nothing_by_surprise(
    app: FastAPI, alice: Visitor
) -> None:
    soon = utc_now() + timedelta(hours=2)
    days = {"starts": f"{soon - timedelta(days=2):%Y-%m-%d}", "ends": f"{soon + timedelta(days=9):%Y-%m-%d}"}
    alice.post("/begin/campaign", {**NEW, **days, "timezone": "UTC"})
    table = f"text,at\nSoon,{soon:%Y-%m-%d %H:%M}\n"
    page = alice.follow(alice.send("/import", [("files", "p.csv", table.encode())], {"campaign": SLUG}))
    where = re.search(r'"(/import/[0-9a-f]{32})', page.text)
    assert where
    alice.post(where[1], hidden(page))
    before = dues(app)
    page = alice.post(PATH, with_version(app, **days, timezone="Asia/Tokyo"))
    assert page.status == 422
    assert "has passed already" in page.words
    assert dues(app) == before


def test_who_saves_second_sees_both_and_loses_nothing(
    app: FastAPI, made: Visitor, enter: Callable[..., Visitor]
) -> None:
    mine = with_version(app, goal="Mine, at length", accounts=["practice"])
    bob = enter("Bob", Role.EDITOR)
    assert bob.post(PATH, with_version(app, goal="Bob's own")).status == 303
    page = made.post(PATH, mine)
    assert page.status == 409
    for said in ("Bob saved it while you were writing", "Mine, at length", "Bob&#39;s own"):
        assert said in page.words
    assert campaigns(app)[0].goal == "Bob's own"
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))
    assert made.post(PATH, {**fields, "goal": "Both of ours"}).status == 303
    (one,) = campaigns(app)
    assert (one.goal, one.title, one.accounts) == ("Both of ours", NEW["title"], ["practice"])


def test_one_can_go_back_from_the_differences_to_what_was_typed(app: FastAPI, made: Visitor) -> None:
    page = made.post(PATH, with_version(app, timezone="America/New_York", goal="Kept"))
    page = made.post(PATH, {**hidden(page), "again": "on"})
    assert "Kept" in page.text
    assert '<option value="America/New_York" selected>' in page.text


def test_what_becomes_of_the_posts_is_said_before_a_campaign_is_removed(app: FastAPI, made: Visitor) -> None:
    page = made.get(f"/campaigns/{SLUG}/remove")
    assert "1 post that waits is cancelled." in page.words
    assert made.post(f"/campaigns/{SLUG}/remove", {"waiting": "0"}).status == 409, "more than was said"
    assert dues(app) == ["10-10 08:00 scheduled"]
    answer = made.post(f"/campaigns/{SLUG}/remove", {"waiting": "1"})
    assert answer.leads_to == "/campaigns"
    assert dues(app) == ["10-10 08:00 cancelled"]
    assert made.post(f"/campaigns/{SLUG}/remove", {"waiting": "1"}).status == 404, "the back button"
    page = made.post("/begin/campaign", NEW)
    assert "belongs to a campaign that was removed" in page.words


@pytest.mark.usefixtures("made")
def test_charlie_finds_none_of_it_and_a_viewer_may_not(
    app: FastAPI, charlie: Visitor, enter: Callable[..., Visitor]
) -> None:
    viewer = enter("Vera", Role.VIEWER)
    for path in (PATH, f"/campaigns/{SLUG}/remove"):
        for visitor, status in ((charlie, 404), (viewer, 403)):
            assert visitor.get(path).status == status
            assert visitor.post(path, with_version(app, waiting="1")).status == status
    for method in (viewer.get, viewer.post):
        assert method("/begin/campaign").status == 403
    assert charlie.get("/hashtags?tags=988", accept="application/json").json == {"hints": []}
    assert charlie.post("/begin/campaign", NEW).status == 422, "Alice's account is not his"
    with Session(app.state.engine) as session:
        elsewhere = session.exec(select(Organisation).where(Organisation.slug == "elsewhere")).one()
        assert session.exec(select(Account).where(Account.organisation_id == elsewhere.id)).all() == []
    with write_session(app.state.engine) as session:
        make_account(session, elsewhere)
    assert charlie.post("/begin/campaign", NEW).status == 303, "the same slug, elsewhere"
    assert len(campaigns(app)) == 2
