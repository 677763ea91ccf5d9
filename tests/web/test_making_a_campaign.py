"""A campaign is made in the browser: all that its file could say, and what is wrong beside its field."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from campaigns.core.db import read_session
from campaigns.models import Audit
from campaigns.plan.naming import LONGEST, slug_from
from campaigns.plan.values import parse_slug
from tests.support.campaign_forms import NEW, SLUG, campaigns

if TYPE_CHECKING:
    from fastapi import FastAPI

    from tests.support.visitor import Visitor

pytestmark = pytest.mark.usefixtures("two_accounts")


def test_a_campaign_is_made_with_all_that_its_file_could_say(app: FastAPI, alice: Visitor) -> None:
    page = alice.get("/begin/campaign")
    assert 'data-clock-of="timezone"' in page.text
    assert 'href="/help/campaigns-in-the-browser"' in page.text
    answer = alice.post("/begin/campaign", NEW)
    assert answer.leads_to == f"/campaigns/{SLUG}"
    assert "The campaign is made." in alice.follow(answer).words
    (one,) = campaigns(app)
    assert (one.title, one.regions, one.languages) == ("Día de la Salud Mental", ["GB"], ["en", "es"])
    assert one.hashtags == {"primary": "WorldMentalHealthDay", "supporting": ["TimeToTalk", "Hope"]}
    with read_session(app.state.engine) as session:
        assert session.exec(select(Audit.action).where(Audit.person == "Alice")).all()[-1] == "campaign.make"


def test_the_same_form_sent_twice_makes_one_campaign(app: FastAPI, alice: Visitor) -> None:
    assert alice.post("/begin/campaign", NEW).leads_to == alice.post("/begin/campaign", NEW).leads_to
    assert len(campaigns(app)) == 1


def test_a_slug_that_is_taken_is_told_and_nothing_is_overwritten(app: FastAPI, alice: Visitor) -> None:
    alice.post("/begin/campaign", NEW)
    page = alice.post("/begin/campaign", {**NEW, "goal": "Another one"})
    assert page.status == 422
    assert "belongs to the campaign" in page.words
    assert "Another one" in page.text, "what was typed is kept"
    assert campaigns(app)[0].goal == NEW["goal"]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("title", "", "Please fill this in."),
        ("title", "x" * 201, "has 1 more"),
        ("title", "a\x07b", "invisible control character"),
        ("slug", "Not A Slug", "Write it as not-a-slug."),
        ("goal", "x" * 2001, "has 1 more"),
        ("starts", "2035-13-01", "is not a date"),
        ("ends", "2035-09-01", "before it starts"),
        ("ends", "2045-09-01", "more than five years"),
        ("timezone", "London", "Did you mean Europe/London?"),
        ("accounts", [], "Please fill this in."),
        ("accounts", ["nobody"], "is not connected"),
        ("primary", "two words", "has a space in it"),
        ("primary", "988", "never links on"),
        ("supporting", "Good 988", "never links on"),
        ("languages", "english!", "is not a language tag"),
        ("regions", "Britain", "country code"),
        ("topics", "x" * 65, "64 characters at most"),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_is_kept(
    app: FastAPI, alice: Visitor, field: str, value: Any, said: str
) -> None:
    page = alice.post("/begin/campaign", {**NEW, field: value})
    assert page.status == 422
    beside = re.search(rf'<p class="error" id="error-{field}">(.*?)</p>', page.text, re.DOTALL)
    assert beside, page.words
    assert said in re.sub(r"<[^>]*>", "", beside[1])
    if isinstance(value, str) and value.isprintable():
        assert f'value="{value}"' in page.text or value in page.text
    assert campaigns(app) == []


def test_hostile_words_are_only_ever_words(alice: Visitor) -> None:
    hostile = '<script>alert(1)</script>"><img src=x>{{7*7}}'
    for field in NEW:
        page = alice.post("/begin/campaign", {**NEW, field: hostile})
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        if page.status == 303:
            assert "<img src=x" not in alice.follow(page).text


def test_hashtags_are_advised_on_while_they_are_typed_and_when_they_are_saved(alice: Visitor) -> None:
    said = alice.get("/hashtags?tags=timetotalk%20988", accept="application/json").json["hints"]
    assert any("Write #TimeToTalk." in hint for hint in said)
    assert any("#988 never links on" in hint for hint in said)
    answer = alice.post("/begin/campaign", {**NEW, "primary": "timetotalk", "supporting": ""})
    assert "Write #TimeToTalk." in alice.follow(answer).words
    assert alice.get("/hashtags?tags=" + "x" * 5000).status == 422


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_any_title_makes_a_slug_that_is_one(title: str) -> None:
    slug = slug_from(title)
    assert parse_slug(slug) == slug
    assert len(slug) <= LONGEST
