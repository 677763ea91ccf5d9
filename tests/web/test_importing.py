"""A campaign file in the browser: uploaded, shown as what it would change, applied exactly so."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from sqlmodel import select

from campaigns.core.db import read_session
from campaigns.models import Campaign, PostMedia
from tests.support.uploads import HEAD, ONE, TWO, bring, load, texts, where, zip_of

if TYPE_CHECKING:
    from fastapi import FastAPI

    from tests.support.visitor import Visitor

pytestmark = pytest.mark.usefixtures("practice_account")
PICTURED = HEAD + (
    '  - {id: one, text: "A door.", at: 2035-10-10 09:00,\n'
    "     media: [{file: images/door.png, alt: A half-open door}]}\n"
)


def picture() -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (8, 6), (90, 120, 200)).save(kept, "PNG")
    return kept.getvalue()


def zipped(**files: bytes | str) -> bytes:
    """A zip of files by path, with `__` for `/`."""
    return zip_of({name.replace("__", "/"): content for name, content in files.items()})


def test_a_campaign_file_is_shown_first_and_then_loaded_exactly_so(app: FastAPI, alice: Visitor) -> None:
    page = bring(alice, ("campaign.yaml", TWO))
    assert "2 changes 2 new" in page.words
    assert "goes out on practice at 2035-10-10 09:00 Europe/London." in page.words
    assert texts(app) == []
    answer = load(alice, page)
    assert answer.leads_to == "/campaigns/wmhd-2035"
    assert "Loaded: it is planned as you saw it." in alice.follow(answer).words
    assert texts(app) == ["Who will you call today?", "Three questions."]


def test_sending_it_twice_loads_once_and_leads_to_the_same_page(app: FastAPI, alice: Visitor) -> None:
    page = bring(alice, ("campaign.yaml", TWO))
    first, again = load(alice, page), load(alice, page)
    assert (first.leads_to, again.leads_to) == ("/campaigns/wmhd-2035", "/campaigns/wmhd-2035")
    assert alice.get(where(page)).leads_to == "/campaigns/wmhd-2035", "the back button"
    assert len(texts(app)) == 2


def test_problems_name_their_line_and_nothing_can_be_loaded(app: FastAPI, alice: Visitor) -> None:
    page = bring(alice, ("campaign.yaml", TWO.replace("at: 2035-10-11 09:00", "att: 2035-10-11 09:00")))
    assert "campaign.yaml, line 9" in page.words
    assert "Did you mean `at`?" in page.words
    assert "Load it exactly so" not in page.words
    assert str(app.state.settings.data_dir) not in page.text
    assert alice.post(where(page), {"mark": "0" * 64}).status == 409
    assert texts(app) == []


def test_what_differs_from_before_is_shown_with_old_and_new(app: FastAPI, alice: Visitor) -> None:
    load(alice, bring(alice, ("campaign.yaml", TWO)))
    page = bring(alice, ("campaign.yaml", ONE.replace("call today", "write to today")))
    assert "<del>call</del><ins>write to</ins>" in page.text
    assert "is no longer in the file" in page.words or "is taken out" in page.words
    load(alice, page)
    assert texts(app) == ["Who will you write to today?"]


def test_when_something_else_changed_meanwhile_that_is_shown_and_nothing_is_done(
    app: FastAPI, alice: Visitor
) -> None:
    load(alice, bring(alice, ("campaign.yaml", ONE)))
    mine = bring(alice, ("campaign.yaml", TWO))
    load(alice, bring(alice, ("campaign.yaml", TWO.replace("Three", "Four"))))
    answer = load(alice, mine)
    assert answer.status == 409
    assert "Meanwhile something else changed." in answer.words
    assert texts(app)[1] == "Four questions."
    assert load(alice, answer).status == 303
    assert texts(app)[1] == "Three questions."


def test_images_are_found_beside_the_file_or_by_their_names_alone(app: FastAPI, alice: Visitor) -> None:
    page = bring(alice, ("campaign.yaml", PICTURED), ("door.png", picture()))
    assert "problem" not in page.words
    load(alice, page)
    with read_session(app.state.engine) as session:
        assert [one.file for one in session.exec(select(PostMedia)).all()] == ["images/door.png"]
    page = bring(alice, ("all.zip", zipped(mine__campaign_yaml="", mine__images__door_png="")))
    assert "There is no campaign file" in page.words
    page = bring(alice, ("all.zip", zip_of({"x/c.yaml": PICTURED, "x/images/door.png": picture()})))
    assert "Nothing would change." in page.words


def test_a_file_that_no_post_names_is_told(alice: Visitor) -> None:
    page = bring(alice, ("campaign.yaml", ONE), ("cat.png", picture()))
    assert "cat.png : This file came along, and no post names it." in page.words


def test_a_table_alone_goes_into_a_campaign_and_twice_changes_nothing(app: FastAPI, alice: Visitor) -> None:
    load(alice, bring(alice, ("campaign.yaml", ONE)))
    table = 'text,at\n"Listen, don\'t fix.",2035-10-12 18:00\n'
    page = bring(alice, ("posts.csv", table))
    assert "Which campaign is it for?" in page.words
    page = alice.get(f"{where(page)}?campaign=wmhd-2035")
    assert "1 change 1 new" in page.words
    load(alice, page)
    assert texts(app) == ["Who will you call today?", "Listen, don't fix."]
    page = bring(alice, ("posts.csv", table), campaign="wmhd-2035")
    assert "Nothing would change." in page.words


def test_a_row_with_a_known_id_changes_that_post(app: FastAPI, alice: Visitor) -> None:
    load(alice, bring(alice, ("campaign.yaml", TWO)))
    table = "id,text,at\ntwo,Four questions.,2035-10-11 09:00\n,outside,2036-01-01 09:00\n"
    page = bring(alice, ("posts.csv", table), campaign="wmhd-2035")
    assert "posts.csv, line 3" in page.words
    assert "outside the campaign" in page.words
    page = bring(alice, ("posts.csv", table.rpartition("\n,")[0]), campaign="wmhd-2035")
    load(alice, page)
    assert texts(app) == ["Who will you call today?", "Four questions."]


def test_another_title_under_a_known_slug_is_asked_about_first(app: FastAPI, alice: Visitor) -> None:
    load(alice, bring(alice, ("campaign.yaml", ONE)))
    page = bring(alice, ("campaign.yaml", ONE.replace("Health Day", "Health Week")))
    assert "Is it the same campaign under a new title?" in page.words
    assert "Load it exactly so" not in page.words
    link = re.search(r'href="(/import/[^"]*rename=on)"', page.text)
    assert link
    assert load(alice, alice.get(link[1])).status == 303
    with read_session(app.state.engine) as session:
        assert session.exec(select(Campaign.title)).one() == "World Mental Health Week 2035"
