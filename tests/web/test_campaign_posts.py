"""The posts of a campaign: looked for, chosen, and changed together, seen before it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import Session, col, select

from campaigns.core.db import write_session
from campaigns.models import Delivery, Post, Role
from tests.support.planned import HEAD, form_with, ids, plan_campaign, seen, times

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fastapi import FastAPI

    from tests.support.visitor import Answer, Visitor

PATH = "/campaigns/wmhd-2035/posts"
POSTS = """\
  - {id: a, text: "Who will you call?", at: 2035-10-10 09:00}
  - {id: b, text: "Lo que ayuda: escuchar", language: es, at: 2035-10-11 09:00}
  - {id: c, text: "100% of us", at: 2035-10-12 18:30, timezone: America/New_York}
  - {id: d, text: "Any time will do"}
  - {id: e, text: "Monday check-in", every: {weeks: 1, on: [mon], at: "10:00"}}
"""


@pytest.fixture(autouse=True)
def planned(app: FastAPI, tmp_path: Path) -> None:
    plan_campaign(app, tmp_path, HEAD + POSTS)


def choose(visitor: Visitor, app: FastAPI, act: str, *texts: str, **more: Any) -> Answer:
    numbers = ids(app)
    return visitor.post(PATH, {"act": act, "post": [str(numbers[text]) for text in texts], **more})


def put_out(app: FastAPI, text: str) -> None:
    with write_session(app.state.engine) as session:
        row = session.exec(
            select(Delivery).join(Post, col(Post.id) == Delivery.post_id).where(Post.text == text)
        ).one()
        row.state = "published"
        session.add(row)


def test_posts_stand_in_the_order_of_their_times_with_what_one_asks_for(alice: Visitor) -> None:
    words = alice.get(PATH).words
    order = ["Any time will do", "Monday check-in", "Who will you call?", "Lo que ayuda", "100% of us"]
    places = [words.index(text) for text in order]
    assert places == sorted(places)
    assert "18:30 New York" in words
    assert "again and again, next" in words
    assert "5 posts" in words


def test_each_post_leads_to_its_own_page_from_the_list_and_from_its_delivery(
    app: FastAPI, alice: Visitor
) -> None:
    number = ids(app)["Who will you call?"]
    with Session(app.state.engine) as session:
        story = session.exec(select(Delivery.id).where(Delivery.post_id == number)).one()
    for path in (PATH, f"/deliveries/{story}"):
        assert f'href="/posts/{number}"' in alice.get(path).text, path
    assert alice.get(f"/posts/{number}").status == 200


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=who+will", ["Who will you call?"]),
        ("q=100%25", ["100% of us"]),
        ("q=_", []),
        ("language=es", ["Lo que ayuda: escuchar"]),
        ("language=en&q=call", ["Who will you call?"]),
        ("state=published", ["Who will you call?"]),
        ("state=nonsense&q=call", ["Who will you call?"]),
        ("account=practice&q=us", ["100% of us"]),
        ("account=nobody", []),
        ("page=9", []),
    ],
)
def test_posts_are_found_by_words_state_language_and_account(
    app: FastAPI, alice: Visitor, query: str, found: list[str]
) -> None:
    put_out(app, "Who will you call?")
    page = alice.get(f"{PATH}?{query}")
    assert [text for text in ids(app) if f">{text}</a></p>" in page.text] == found
    if not found:
        assert "None of its posts is like that." in page.words


def test_posts_are_moved_by_days_after_that_was_shown(app: FastAPI, alice: Visitor) -> None:
    page = choose(alice, app, "shift", "Who will you call?", "100% of us")
    assert "By how many days" in page.words
    page = alice.post(PATH, {**form_with(page, 'name="filled"'), "days": "-3"})
    assert "<del>10</del>" in page.text or "2035-10-07" in page.text
    assert times(app)["Who will you call?"] == "10-10 09:00"
    answer = alice.post(PATH, seen(page))
    assert "Done: 2 posts are changed." in alice.follow(answer).words
    assert times(app)["Who will you call?"] == "10-07 09:00"
    assert times(app)["100% of us"] == "10-09 18:30"
    again = alice.post(PATH, seen(page))
    assert again.status == 409, "a second click moves nothing further"
    assert times(app)["Who will you call?"] == "10-07 09:00"


def test_posts_are_moved_to_a_date_each_at_its_own_time(app: FastAPI, alice: Visitor) -> None:
    page = choose(alice, app, "date", "Who will you call?", "100% of us", filled="on", day="2035-10-20")
    alice.post(PATH, seen(page))
    assert (times(app)["Who will you call?"], times(app)["100% of us"]) == ("10-20 09:00", "10-20 18:30")


def test_what_is_out_stays_and_is_said_to(app: FastAPI, alice: Visitor) -> None:
    put_out(app, "Who will you call?")
    page = choose(alice, app, "shift", "Who will you call?", "100% of us", filled="on", days="1")
    assert "1 stays as it is" in page.words
    assert "what is out stays out" in page.words
    alice.post(PATH, seen(page))
    assert times(app)["100% of us"] == "10-13 18:30"
    page = choose(alice, app, "cancel", "Who will you call?")
    assert page.status == 422
    assert "Nothing of these posts has still to go out" in page.words


def test_what_stands_in_the_way_is_named_and_can_be_left_out(app: FastAPI, alice: Visitor) -> None:
    page = choose(alice, app, "shift", "Monday check-in", "100% of us", filled="on", days="1")
    assert "Monday check-in : This post recurs" in page.words
    page = alice.post(PATH, form_with(page, 'name="leave"'))
    assert "1 change" in page.words
    alice.post(PATH, seen(page))
    assert times(app)["100% of us"] == "10-13 18:30"


def test_posts_get_other_hashtags(app: FastAPI, alice: Visitor) -> None:
    page = choose(alice, app, "retag", "100% of us", filled="on", add="#TimeToTalk", drop="")
    assert "other hashtags" in page.words
    alice.post(PATH, seen(page))
    with Session(app.state.engine) as session:
        tags = session.exec(select(Post.hashtags).where(Post.text == "100% of us")).one()
    assert tags == {"primary": "WorldMentalHealthDay", "supporting": ["TimeToTalk"]}


def test_posts_are_copied_into_another_campaign_once(app: FastAPI, alice: Visitor, tmp_path: Path) -> None:
    other = HEAD.replace("wmhd-2035", "again").replace("2035", "2036")
    plan_campaign(app, tmp_path, other + '  - {text: "Already here", at: 2036-10-05 09:00}\n')
    page = choose(alice, app, "copy", "Who will you call?", filled="on", campaign="again", days="366")
    answer = alice.post(PATH, seen(page))
    assert answer.leads_to == "/campaigns/again/posts"
    assert "Who will you call?" in alice.follow(answer).words
    assert alice.post(PATH, seen(page)).status == 409, "a second click copies nothing more"
    assert alice.get("/campaigns/again/posts").words.count("Who will you call?") == 1


def test_posts_are_cancelled_and_queued(app: FastAPI, alice: Visitor) -> None:
    alice.post(PATH, seen(choose(alice, app, "cancel", "100% of us")))
    assert "100% of us" not in times(app)
    alice.post(PATH, seen(choose(alice, app, "queue", "Who will you call?")))
    assert times(app)["Who will you call?"] == "10-03 09:00"


def test_all_that_a_search_finds_can_be_chosen_at_once(app: FastAPI, alice: Visitor) -> None:
    page = alice.post(PATH, {"act": "cancel", "everything": "on", "q": "o"})
    alice.post(PATH, seen(page))
    assert set(times(app)) == set()


def one_to(number: int) -> list[str]:
    return [str(n) for n in range(1, number + 1)]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"act": "shift"}, "Choose at least one post."),
        ({"act": "explode", "post": ["1"]}, "Choose what to do with them."),
        ({"act": "shift", "post": ["one"]}, "This form was damaged"),
        ({"act": "shift", "post": one_to(201)}, "At most 200 posts"),
        ({"act": "shift", "filled": "on", "days": "soon"}, "Write a number of days"),
        ({"act": "shift", "filled": "on", "days": "99999"}, "ten years at most"),
        ({"act": "date", "filled": "on", "day": "2035-02-30"}, "Choose a date"),
        ({"act": "date", "filled": "on", "day": "2036-02-01"}, "outside the campaign"),
        ({"act": "retag", "filled": "on"}, "Write the hashtags to add"),
        ({"act": "retag", "filled": "on", "add": "a#b#c"}, "is not one hashtag"),
        ({"act": "copy", "filled": "on", "campaign": "nope"}, "There is no such campaign"),
    ],
)
def test_what_makes_no_sense_is_said_and_nothing_is_done(
    app: FastAPI, alice: Visitor, fields: dict[str, Any], said: str
) -> None:
    before = times(app)
    one = [str(ids(app)["Who will you call?"])]
    page = alice.post(PATH, {**({"post": one} if "filled" in fields else {}), **fields})
    assert said in page.words
    assert page.status < 500
    assert times(app) == before


def test_charlie_changes_nothing_of_alices_and_a_viewer_nothing_at_all(
    app: FastAPI, charlie: Visitor, enter: Callable[..., Visitor], tmp_path: Path
) -> None:
    mine = str(ids(app)["100% of us"])
    assert charlie.get(PATH).status == 404
    assert charlie.post(PATH, {"act": "cancel", "post": [mine]}).status == 404
    plan_campaign(app, tmp_path, HEAD + '  - {text: "His own", at: 2035-10-05 09:00}\n', "elsewhere")
    page = charlie.post(PATH, {"act": "cancel", "post": [mine]})
    assert "Choose at least one post." in page.words
    viewer = enter("Vera", Role.VIEWER)
    assert "<button" not in viewer.get(PATH).text.partition("posts-title")[2]
    assert viewer.post(PATH, {"act": "cancel", "post": [mine]}).status == 403
    assert "100% of us" in times(app)


def test_an_empty_campaign_says_what_to_do(alice: Visitor) -> None:
    fields = {
        "title": "Empty",
        "starts": "2035-01-01",
        "ends": "2035-02-01",
        "timezone": "UTC",
        "accounts": "practice",
    }
    alice.post("/begin/campaign", fields)
    assert "This campaign has no posts yet." in alice.get("/campaigns/empty/posts").words
    file = alice.get("/campaigns/empty/campaign.yaml").text
    answer = alice.send("/import", [("files", "empty.yaml", file.encode())])
    assert "problem" not in alice.follow(answer).words, "also what is empty comes back in"


def test_hostile_words_are_only_ever_words(app: FastAPI, alice: Visitor, tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script><img src=x>"
    plan_campaign(app, tmp_path, HEAD + POSTS + f'  - {{text: "{hostile}", at: 2035-10-05 09:00}}\n')
    for page in (
        alice.get(PATH),
        alice.get(f"{PATH}?q={hostile}&state={hostile}&account={hostile}"),
        choose(alice, app, "shift", hostile),
        choose(alice, app, "cancel", hostile),
        choose(alice, app, "retag", hostile, filled="on", add=hostile),
    ):
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
