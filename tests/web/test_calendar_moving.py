"""Moving posts on the calendar: by the form that every other way sends too."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from campaigns.core.moments import iso_z, utc_now
from campaigns.models import Role
from campaigns.plan.editing import queue_posts
from tests.factories.desk import Desk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fastapi import FastAPI

    from tests.support.visitor import Answer, Visitor

NOW = utc_now()
DAY = timedelta(days=1)
FIRST = (NOW + 7 * DAY).date()


def on(days: int) -> str:
    return str(FIRST + days * DAY)


FILE = f"""\
campaign: Small talk
slug: small-talk
timezone: Europe/Madrid
starts: {NOW.date() - 5 * DAY}
ends: {on(60)}
accounts: [practice]
queue: {{slots: [{{days: [mon, tue, wed, thu, fri, sat, sun], at: "18:00"}}]}}
posts:
  - {{id: one, text: "One", at: {on(0)} 12:00}}
  - {{id: two, text: "Two", at: {on(1)} 12:00}}
  - {{id: queued, text: "Queued"}}
  - {{id: weekly, text: "Weekly", every: {{weeks: 1, on: [mon], at: "10:00"}}}}
"""


@pytest.fixture
def desk(app: FastAPI, tmp_path: Path) -> Desk:
    """The campaign above, loaded. Alice reads in London, an hour behind its zone."""
    desk = Desk(app.state.engine, tmp_path / "desk", now=NOW)
    desk.load(FILE)
    return desk


def standing(desk: Desk, post: str) -> list[dict[str, Any]]:
    return [row for row in desk.waiting() if row["post"] == post]


def form(page: Answer, action: str = "/calendar/move/") -> tuple[str, dict[str, str]]:
    """Where the page's form goes, and what stands in it."""
    found = re.search(rf'<form[^>]*action="({action}[^"]*)".*?</form>', page.text, re.DOTALL)
    assert found, page.words
    fields = re.findall(r'<input[^>]*name="([^"]*)"[^>]*value="([^"]*)"', found[0])
    return found[1], {name: unescape(value) for name, value in fields}


def begin(visitor: Visitor, desk: Desk, post: str) -> tuple[str, dict[str, str]]:
    """The form of the Move button beside a post, as it is filled in."""
    number = standing(desk, post)[0]["id"]
    page = visitor.get(f"/calendar?view=day&day={standing(desk, post)[0]['due_utc'].date()}")
    link = re.search(rf'href="(/calendar/move/{number}\?[^"]*)"', page.text)
    assert link
    return form(visitor.get(unescape(link[1])))


def test_a_post_is_moved_and_the_page_says_where_it_stands_now(alice: Visitor, desk: Desk) -> None:
    path, fields = begin(alice, desk, "one")
    assert (fields["day"], fields["time"], fields["zone"]) == (on(0), "11:00", "Europe/London")
    page = alice.follow(alice.post(path, {**fields, "day": on(3), "time": "15:30"}))
    assert re.search(r"Moved: it goes out .*, 15:30 London time\.", page.words)
    [row] = standing(desk, "one")
    assert (row["wall"], row["zone"]) == (f"{on(3)} 16:30", "Europe/Madrid"), "it keeps its own zone"


def test_a_move_is_undone_with_one_button(alice: Visitor, desk: Desk) -> None:
    before = standing(desk, "one")[0]["due_utc"]
    path, fields = begin(alice, desk, "one")
    page = alice.follow(alice.post(path, {**fields, "day": on(3)}))
    path, fields = form(page)
    assert "Undo: move it back" in page.words
    alice.follow(alice.post(path, fields))
    assert standing(desk, "one")[0]["due_utc"] == before


def moved_away(alice: Visitor, desk: Desk) -> tuple[str, dict[str, str]]:
    """The button that takes back the move of a post of the queue."""
    path, fields = begin(alice, desk, "queued")
    page = alice.follow(alice.post(path, {**fields, "day": on(3), "time": "09:05"}))
    assert not standing(desk, "queued")[0]["from_queue"]
    return form(page)


def test_undone_the_move_of_a_post_of_the_queue_gives_it_its_slot_back(alice: Visitor, desk: Desk) -> None:
    before = standing(desk, "queued")[0]
    path, fields = moved_away(alice, desk)
    alice.follow(alice.post(path, fields))
    [row] = standing(desk, "queued")
    assert (row["due_utc"], row["from_queue"], row["zone"]) == (before["due_utc"], True, before["zone"])
    assert desk.load(FILE).changes == [], "it is the campaign's queued post again, as in its file"


def test_when_its_slot_is_taken_meanwhile_it_takes_the_next_free_one(alice: Visitor, desk: Desk) -> None:
    slot = standing(desk, "queued")[0]
    path, fields = moved_away(alice, desk)
    with desk.editing("Bob") as editor:
        queue_posts(editor, [desk.post("two").id])
    assert standing(desk, "two")[0]["due_utc"] == slot["due_utc"]
    alice.follow(alice.post(path, fields))
    [row] = standing(desk, "queued")
    next_day = datetime.fromisoformat(slot["wall"]) + DAY
    assert (row["wall"], row["from_queue"]) == (f"{next_day:%Y-%m-%d %H:%M}", True)


def test_one_time_of_a_recurrence_is_moved_and_the_others_stay(alice: Visitor, desk: Desk) -> None:
    others = [row["due_utc"] for row in standing(desk, "weekly")[1:]]
    path, fields = begin(alice, desk, "weekly")
    page = alice.follow(alice.post(path, {**fields, "time": "16:45"}))
    assert "16:45 London time" in page.words
    assert [row["due_utc"] for row in standing(desk, "weekly")] == others
    [own] = [row for row in desk.waiting() if row["post"] not in {"one", "two", "queued", "weekly"}]
    assert (own["texts"], own["wall"][-5:]) == (["Weekly"], "17:45")
    path, fields = form(page)
    alice.follow(alice.post(path, fields))
    assert len([row for row in desk.waiting() if row["texts"] == ["Weekly"]]) == len(others) + 1


def test_a_move_beyond_what_is_shown_leads_to_where_it_stands(alice: Visitor, desk: Desk) -> None:
    path, fields = begin(alice, desk, "one")
    answer = alice.post(path, {**fields, "day": on(40)})
    assert f"day={on(40)}" in answer.leads_to
    assert "One" in alice.follow(answer).words


def test_onto_the_slot_that_another_post_holds_it_is_moved_with_a_warning(alice: Visitor, desk: Desk) -> None:
    slot = standing(desk, "queued")[0]["due_utc"]
    path, fields = begin(alice, desk, "one")
    page = alice.follow(
        alice.post(path, {**fields, "day": f"{slot:%Y-%m-%d}", "time": f"{slot:%H:%M}", "zone": "UTC"})
    )
    assert "Another post goes out within minutes of it on practice." in page.words
    assert [row["due_utc"] for row in standing(desk, "one")] == [slot]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"day": str(NOW.date() - DAY)}, "has passed already"),
        ({"day": on(70)}, "outside the campaign"),
        ({"day": "soon"}, "This is no day and time; choose both."),
        ({"time": ""}, "This is no day and time; choose both."),
        ({"day": "9999-12-31"}, "That is no time that can be planned"),
        ({"zone": "Nowhere/Land"}, "That is no time that can be planned"),
        ({"due": "2026-01-01T00:00:00Z"}, "Somebody has moved this post meanwhile"),
        ({"due": "yesterday"}, "Load the calendar again"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence_and_what_was_typed_stays(
    alice: Visitor, desk: Desk, change: dict[str, str], said: str
) -> None:
    before = desk.everything()
    path, fields = begin(alice, desk, "one")
    answer = alice.post(path, {**fields, "time": "15:30", **change})
    assert answer.status == 409
    assert said in answer.words
    kept = form(answer)[1]
    for name in ("day", "time"):
        assert kept[name] == {**fields, "time": "15:30", **change}[name]
    assert desk.everything() == before


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("published", "it is out already"),
        ("submitting", "it is being sent at this moment"),
        ("uncertain", "its outcome is being looked up"),
        ("needs_person", "nobody knows yet whether it is out"),
        ("cancelled", "it was cancelled"),
    ],
)
def test_what_is_out_or_on_its_way_stays_where_it_is(
    alice: Visitor, desk: Desk, state: str, said: str
) -> None:
    path, fields = begin(alice, desk, "one")
    desk.put(standing(desk, "one")[0]["id"], state=state)
    answer = alice.post(path, {**fields, "day": on(3)})
    assert answer.status == 409
    assert f"This post can't be moved: {said}" in unescape(answer.words)
    assert f"/calendar/move/{path.rpartition('/')[2]}" not in alice.get(f"/calendar?day={on(0)}").text


def test_two_who_move_the_same_post_are_told(
    alice: Visitor, enter: Callable[..., Visitor], desk: Desk
) -> None:
    path, fields = begin(alice, desk, "one")
    bob = enter("Bob", Role.EDITOR)
    bob.follow(bob.post(path, {**fields, "day": on(2)}))
    answer = alice.post(path, {**fields, "day": on(3)})
    assert "Somebody has moved this post meanwhile" in answer.words
    assert standing(desk, "one")[0]["wall"][:10] == on(2)


def test_charlie_and_a_viewer_move_nothing(
    alice: Visitor, charlie: Visitor, enter: Callable[..., Visitor], desk: Desk
) -> None:
    path, fields = begin(alice, desk, "one")
    before = desk.everything()
    for visitor, status in ((charlie, 404), (enter("Vera", Role.VIEWER), 403)):
        assert visitor.get(path).status == status
        assert visitor.post(path, {**fields, "day": on(3)}).status == status
    assert "One" not in charlie.get(path).words
    undo = f"moved={path.rpartition('/')[2]}&was={iso_z(datetime(2027, 1, 1, tzinfo=UTC))}"
    assert "Undo" not in charlie.get(f"/calendar?{undo}").words
    assert "Undo" in alice.get(f"/calendar?{undo}").words
    assert desk.everything() == before


def test_an_unknown_post_or_a_nonsense_undo_breaks_nothing(alice: Visitor, desk: Desk) -> None:
    assert alice.get("/calendar/move/999999").status == 404
    assert alice.post("/calendar/move/999999", {}).status == 404
    assert "Undo" not in alice.get("/calendar?moved=999999&was=2027-10-10T08:00:00Z").words
    assert "Undo" not in alice.get(f"/calendar?moved={standing(desk, 'one')[0]['id']}&was=x").words
