"""A campaign's queue: its slots, what waits in them, another order, its pause."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update
from sqlmodel import Session, select

from campaigns.core.db import write_session
from campaigns.core.errors import Conflict
from campaigns.core.moments import utc_now
from campaigns.deliver.due import due_lanes
from campaigns.models import Campaign, Role
from campaigns.models.tables import delivery
from campaigns.plan.queue import placed
from tests.support.planned import HEAD, ids, plan_campaign, seen, times

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fastapi import FastAPI

    from tests.support.visitor import Visitor

PATH = "/campaigns/wmhd-2035/queue"
POSTS = """\
  - {id: a, text: "One"}
  - {id: b, text: "Two"}
  - {id: c, text: "Three"}
  - {id: d, text: "Fixed", at: 2035-10-03 09:02}
"""
SLOTS = {"at-0": "09:00", "zone-0": "", "on-0": ["mon", "wed", "fri"], "at-1": "", "zone-1": ""}


@pytest.fixture(autouse=True)
def planned(app: FastAPI, tmp_path: Path) -> None:
    plan_campaign(app, tmp_path, HEAD + POSTS)


def version(app: FastAPI) -> str:
    with Session(app.state.engine) as session:
        return str(session.exec(select(Campaign.version)).first())


def queued(app: FastAPI) -> list[tuple[str, str]]:
    return [(text, wall) for text, wall in times(app).items() if text != "Fixed"]


def test_what_waits_leads_to_its_post(app: FastAPI, alice: Visitor) -> None:
    assert f'href="/posts/{ids(app)["Two"]}"' in alice.get(PATH).text


def test_what_waits_stands_in_order_with_its_slot_and_what_it_meets(alice: Visitor) -> None:
    page = alice.get(PATH)
    assert re.search(
        r"Mon, 1 Oct 2035, 09:00 London.*One.*Wed, 3 Oct 2035.*Two.*Fri, 5 Oct 2035.*Three", page.words
    )
    assert "Next free slot: Mon, 8 Oct 2035, 09:00 London" in page.words
    assert page.words.count("within minutes of another post on practice") == 1
    assert 'href="/help/queue"' in page.text
    words = alice.get("/queue").words
    assert "World Mental Health Day 2035 3 posts wait" in words


def test_a_post_moves_to_another_place_and_those_between_change_their_times(
    app: FastAPI, alice: Visitor
) -> None:
    three = ids(app)["Three"]
    answer = alice.post(f"{PATH}/order", {"post": str(three), "seen": "3", "place": "1"})
    assert answer.leads_to == f"{PATH}#post-{three}"
    assert queued(app) == [("Three", "10-01 09:00"), ("One", "10-03 09:00"), ("Two", "10-05 09:00")]
    late = alice.post(f"{PATH}/order", {"post": str(three), "seen": "3", "place": "1"})
    assert late.status == 409
    assert "The queue has changed since you opened it" in late.words
    file = alice.get("/campaigns/wmhd-2035/campaign.yaml").text
    assert file.index("Three") < file.index("One") < file.index("Two"), "the file says the same"


def test_other_slots_are_shown_with_the_new_times_and_saved_exactly_so(app: FastAPI, alice: Visitor) -> None:
    fields = {
        **SLOTS,
        "version": version(app),
        "at-1": "18:30",
        "zone-1": "America/New_York",
        "on-1": ["mon"],
    }
    page = alice.post(f"{PATH}/slots", fields)
    assert "Nothing is changed yet." in page.words
    assert "The campaign gets other slots." in page.words
    assert queued(app)[1] == ("Two", "10-03 09:00")
    assert alice.post(f"{PATH}/slots", seen(page)).status == 303
    assert queued(app) == [("One", "10-01 09:00"), ("Two", "10-01 18:30"), ("Three", "10-03 09:00")]
    assert 'value="18:30"' in alice.get(PATH).text


def test_posts_keep_their_order_when_their_slots_change(app: FastAPI, alice: Visitor) -> None:
    alice.post(f"{PATH}/order", {"post": str(ids(app)["Three"]), "seen": "3", "place": "1"})
    page = alice.post(f"{PATH}/slots", {**SLOTS, "version": version(app), "at-0": "10:00", "on-0": ["tue"]})
    alice.post(f"{PATH}/slots", seen(page))
    assert queued(app) == [("Three", "10-02 10:00"), ("One", "10-09 10:00"), ("Two", "10-16 10:00")]


def test_slots_that_do_not_hold_what_waits_are_refused(app: FastAPI, alice: Visitor) -> None:
    before = queued(app)
    page = alice.post(f"{PATH}/slots", {**SLOTS, "version": version(app), "on-0": []})
    assert "the campaign has no queue" in page.words
    assert "Save it exactly so" not in page.words
    assert queued(app) == before


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"at-0": "25:00"}, "is not a time of day"),
        ({"at-0": ""}, "lacks `at`"),
        ({"zone-0": "London"}, "Did you mean Europe/London?"),
        ({"on-0": ["someday"]}, "is not one of mon"),
        ({"at-101": "09:00"}, "at most 100 rows"),
        ({"zone-0": '"><script>alert(1)</script>'}, "is not a time zone"),
    ],
)
def test_what_is_wrong_with_a_row_stands_in_it(
    app: FastAPI, alice: Visitor, changed: dict[str, Any], said: str
) -> None:
    page = alice.post(f"{PATH}/slots", {**SLOTS, "version": version(app), **changed})
    assert said in page.words
    assert page.status == 422
    assert "<script>alert" not in page.text


def test_who_saves_slots_second_is_told_and_keeps_what_was_typed(
    app: FastAPI, alice: Visitor, enter: Callable[..., Visitor]
) -> None:
    mine = {**SLOTS, "version": version(app), "at-0": "11:11"}
    bob = enter("Bob", Role.EDITOR)
    page = bob.post(f"{PATH}/slots", {**mine, "at-0": "10:10"})
    bob.post(f"{PATH}/slots", seen(page))
    page = alice.post(f"{PATH}/slots", mine)
    assert page.status == 409
    assert "Bob has changed this campaign since you opened it" in page.words
    assert 'value="11:11"' in page.text


def test_an_order_by_chance_is_shown_and_then_made_exactly_so(app: FastAPI, alice: Visitor) -> None:
    before = queued(app)
    fields = seen(alice.post(f"{PATH}/shuffle"))
    assert queued(app) == before
    alice.post(f"{PATH}/shuffle", fields)
    by_id = {number: text for text, number in ids(app).items()}
    assert [text for text, _ in queued(app)] == [by_id[int(number)] for number in fields["post"]]
    assert queued(app) != before
    assert {wall for _, wall in queued(app)} == {"10-01 09:00", "10-03 09:00", "10-05 09:00"}


@given(st.permutations(range(1, 9)), st.integers(1, 8), st.integers(-3, 20))
def test_a_move_changes_places_between_here_and_there_only(order: list[int], here: int, to: int) -> None:
    post = order[here - 1]
    there = min(max(to, 1), 8)
    first, last = min(here, there), max(here, there)
    between = placed(order, post, here, to)
    whole = [*order[: first - 1], *between, *order[last:]]
    assert whole[there - 1] == post
    assert [number for number in whole if number != post] == [number for number in order if number != post]
    with pytest.raises(Conflict):
        placed(order, post, here + 1, to)


def test_charlie_finds_no_queue_of_alices_and_a_viewer_changes_none(
    app: FastAPI, charlie: Visitor, enter: Callable[..., Visitor]
) -> None:
    one = {"post": str(ids(app)["One"]), "seen": "1", "place": "2"}
    viewer = enter("Vera", Role.VIEWER)
    assert charlie.get(PATH).status == 404
    assert "World Mental" not in charlie.get("/queue").words
    assert viewer.get(PATH).status == 200
    for step, fields in (("slots", {**SLOTS, "version": "1"}), ("order", one), ("shuffle", {})):
        assert charlie.post(f"{PATH}/{step}", fields).status == 404
        assert viewer.post(f"{PATH}/{step}", fields).status == 403
    assert [text for text, _ in queued(app)] == ["One", "Two", "Three"]


def test_an_empty_queue_says_what_to_do(app: FastAPI, alice: Visitor, tmp_path: Path) -> None:
    head = HEAD.replace("wmhd-2035", "other").replace(
        'queue:\n  slots:\n    - {days: [mon, wed, fri], at: "09:00"}\n', ""
    )
    plan_campaign(app, tmp_path, head + '  - {text: "Alone", at: 2035-10-05 09:00}\n')
    words = alice.get("/campaigns/other/queue").words
    assert "Nothing waits in the queue." in words
    assert "The queue has no slots yet" in words


def test_a_paused_queue_stops_what_has_a_slot_and_nothing_else(app: FastAPI, alice: Visitor) -> None:
    def make_due(*, queued: bool) -> list[int]:
        soon = utc_now() - timedelta(seconds=5)
        with write_session(app.state.engine) as session:
            mine = update(delivery).where(delivery.c.from_queue == queued)
            session.execute(mine.values(due_utc=soon, wake_utc=soon))
        return due_lanes(app.state.engine, utc_now(), 0)

    assert len(make_due(queued=True)) == 1
    page = alice.follow(alice.post(f"{PATH}/pause"))
    assert "The queue is paused" in page.words
    assert "Nothing of it is on its way." in page.words
    assert due_lanes(app.state.engine, utc_now(), 0) == []
    assert len(make_due(queued=False)) == 1, "a post with a time of its own goes on"
    alice.post(f"{PATH}/resume")
    assert dict(queued(app))["One"] == "10-01 09:00", "what missed its slot took the next free one"
    assert [text for text, _ in queued(app)] == ["One", "Two", "Three"]


def test_whoever_lets_the_campaign_go_on_means_its_queue_too(alice: Visitor) -> None:
    alice.post(f"{PATH}/pause")
    alice.post("/campaigns/wmhd-2035/resume")
    assert "The queue is paused" not in alice.get(PATH).words
