"""The composer without a browser: forms in, pages out."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING

import pytest

from campaigns.core.moments import utc_now
from campaigns.models import Role
from campaigns.platforms.registry import rules_of
from tests.support.composer import NEW, a_post, edit_path, form_of
from tests.support.pictures import draw

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.factories.desk import Desk
    from tests.support.visitor import Visitor

RAPID = """\
campaign: Rapid
slug: rapid
timezone: Europe/London
starts: {starts}
ends: {ends}
accounts: [practice]
posts: []
"""

pytestmark = pytest.mark.usefixtures("desk")


def test_a_post_is_written_and_planned(desk: Desk, alice: Visitor) -> None:
    saved = alice.post("/posts/new", a_post(alice.get(NEW)))
    assert saved.status == 303, saved.words
    page = alice.follow(saved)
    assert "Saved: it goes out as you saw it." in page.words
    assert "Who will you call today?" in page.words
    [row] = [row for row in desk.waiting() if row["wall"] == "2037-10-03 18:00"]
    assert row["texts"] == ["Who will you call today? #WorldMentalHealthDay"]
    assert row["zone"] == "Europe/London"


def test_now_is_due_at_once_and_not_at_the_next_full_minute(desk: Desk, alice: Visitor) -> None:
    today = utc_now().date()
    desk.load(RAPID.format(starts=today, ends=today + timedelta(days=2)))
    form = alice.get("/posts/new?campaign=rapid")
    saved = alice.post("/posts/new", a_post(form, text="Lines are open tonight.", when="now"))
    assert saved.status == 303, saved.words
    [row] = [row for row in desk.waiting() if "Lines are open tonight." in row["texts"][0]]
    assert row["due_utc"] <= utc_now()


def test_the_preview_counts_what_will_be_sent_to_the_character(desk: Desk, alice: Visitor) -> None:
    fields = a_post(alice.get(NEW), text="Family: 👨‍👩‍👧‍👦 and https://example.org/x")
    told = alice.post("/posts/preview", fields)
    alice.post("/posts/new", fields)
    [row] = [row for row in desk.waiting() if row["wall"] == "2037-10-03 18:00"]
    assert row["texts"][0] in unescape(told.text)
    rules = rules_of("practice")
    assert f"{rules.length(row['texts'][0], rules.limits({}), None)} / " in told.words


def test_problems_are_said_in_the_readers_language(alice: Visitor) -> None:
    page = alice.get(NEW, accept_language="es-ES")
    wrong = a_post(page, text="x" * 479, more_tags="988")
    for path in ("/posts/new", "/posts/preview"):
        told = alice.post(path, wrong, accept_language="es-ES").words
        assert "con ella, el texto se pasa: 1 carácter más de los 500 de Practice." in told
        assert "#988 nunca enlaza en Practice: las cifras solas nunca enlazan; añádeles una letra." in told


def test_problems_stand_beside_their_fields_and_at_the_top_and_nothing_typed_is_lost(
    desk: Desk, alice: Visitor
) -> None:
    before = desk.everything()
    wrong = {"text": "", "date": "2030-01-01", "time": "18:00", "more_tags": "988", "thread-1": "Kept {name}"}
    page = alice.post("/posts/new", a_post(alice.get(NEW), **wrong))
    assert page.status == 422
    for name in ("text", "thread-1"):
        assert f'href="#{name}"' in page.text, page.words
        assert f'id="error-{name}"' in page.text
    assert form_of(page)["thread-1"] == ["Kept {name}"]
    assert form_of(page)["date"] == ["2030-01-01"]
    page = alice.post("/posts/new", a_post(page, **{**wrong, "text": "Said", "thread-1": ""}))
    assert {"date", "more_tags"} <= set(re.findall(r'href="#([\w-]+)"', page.text)), page.words
    assert desk.everything() == before


def test_without_an_account_it_goes_nowhere_and_says_so(desk: Desk, alice: Visitor) -> None:
    page = alice.post("/posts/new", a_post(alice.get(NEW), accounts=[]))
    assert page.status == 422
    assert "Choose at least one account." in page.words
    assert len(desk.deliveries()) == 2


def test_a_form_sent_twice_makes_one_post(desk: Desk, alice: Visitor) -> None:
    fields = a_post(alice.get(NEW))
    first, second = alice.post("/posts/new", fields), alice.post("/posts/new", fields)
    assert first.leads_to == second.leads_to
    assert len(desk.deliveries()) == 3


def test_parts_come_change_places_and_go_without_a_script(desk: Desk, alice: Visitor) -> None:
    page = alice.get(NEW)
    for _ in range(2):
        page = alice.post("/posts/new", {**form_of(page), "do": "part-add"})
    fields = {**form_of(page), "thread-1": "Second", "thread-2": "Third"}
    page = alice.post("/posts/new", {**fields, "do": "part-up-2"})
    assert [form_of(page)[f"thread-{n}"] for n in (1, 2)] == [["Third"], ["Second"]]
    assert re.search(r'id="thread-1"[^>]*autofocus', page.text)
    page = alice.post("/posts/new", {**form_of(page), "do": "part-remove-1"})
    assert form_of(page)["thread-1"] == ["Second"]
    saved = alice.post("/posts/new", a_post(page))
    assert saved.status == 303
    assert desk.waiting()[1]["texts"][1:] == ["Second"]


def test_an_image_is_asked_what_it_shows_before_it_goes_out(
    desk: Desk, alice: Visitor, tmp_path: Path
) -> None:
    draw(tmp_path / "door.png", shade=77)
    fields = {name: values[0] for name, values in form_of(alice.get(NEW)).items() if values}
    sent = [("upload", "door.png", (tmp_path / "door.png").read_bytes())]
    page = alice.send("/posts/new", sent, {**fields, "do": "image-upload"})
    assert page.status == 200, page.words
    assert "media-1-alt" in form_of(page)
    bare = alice.post("/posts/new", a_post(page))
    assert bare.status == 422
    assert "Describe this image" in bare.words
    saved = alice.post("/posts/new", a_post(bare, **{"media-1-alt": "A half-open door"}))
    assert saved.status == 303, saved.words
    post = desk.post(form_of(page)["key"][0])
    assert [(picture.alt, picture.facts.mime) for picture in post.pictures] == [
        ("A half-open door", "image/png")
    ]
    again = alice.get(f"/posts/{post.id}/edit")
    assert form_of(again)["media-1-alt"] == ["A half-open door"]
    assert alice.get(re.search(r'src="(/images/[0-9a-f]+)/small"', again.text)[1]).status == 200  # type: ignore[index]


def test_others_see_and_change_nothing_of_it(
    desk: Desk, alice: Visitor, charlie: Visitor, enter: Callable[..., Visitor]
) -> None:
    fields = form_of(alice.get(edit_path(desk)))
    kept = alice.post("/drafts", {**fields, "text": "Secret"}, accept="application/json").json["draft"]
    before, path = desk.everything(), edit_path(desk)
    for ask in (NEW, path, path.removesuffix("/edit"), f"/posts/new?draft={kept}"):
        assert charlie.get(ask).status == 404
    for send in (path, *(path.replace("edit", act) for act in ("remove", "back", "restore"))):
        assert charlie.post(send, {**fields, "from": "1"}).status == 404, send
    for send in ("/posts/new", "/posts/preview"):
        assert charlie.post(send, fields).status == 404
    assert "gone already" in charlie.follow(charlie.post(f"/drafts/{kept}/discard")).words
    assert charlie.post("/drafts", {**fields, "draft": str(kept)}, accept="application/json").status == 404
    viewer = enter("Vera", Role.VIEWER)
    assert viewer.get(NEW).status == 403
    assert viewer.post(path, fields).status == 403
    assert viewer.get(path.removesuffix("/edit")).status == 200
    assert desk.everything() == before
    assert "Secret" in alice.get("/drafts").words


def test_hostile_text_stays_text_everywhere(alice: Visitor) -> None:
    evil = "</textarea><script>alert(1)</script>\"' onfocus=x {hashtags}"
    page = alice.get(NEW)
    names = [*form_of(page), "thread-1", "variant-practice", "media-1-file", "media-1-alt", "draft_extra"]
    ours = {"campaign", "when", "draft", "draft_version", "version", "post", "accounts"}
    fields = {name: evil for name in names if name not in ours}
    for path in ("/posts/new", "/posts/preview"):
        shown = alice.post(path, {**form_of(page), **fields})
        assert "<script>alert" not in shown.text
    assert alice.post("/drafts", {**form_of(page), **fields}, accept="application/json").status == 200
    assert "<script>alert" not in alice.get("/drafts").text
    saved = alice.post("/posts/new", a_post(page, text=evil, **{"thread-1": evil}, content_warning="<b>"))
    assert saved.status == 303, saved.words
    for path in (saved.leads_to, f"{saved.leads_to}/edit"):
        assert "<script>alert" not in alice.get(path).text


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"every_n": "two", "every_time": "10:00"}, "whole number"),
        ({"every_n": "1", "every_time": ""}, "still empty"),
        ({"every_n": "1", "every_time": "10:00", "except": "tomorrow"}, "2027-10-11"),
        ({"every_n": "99999999999", "every_time": "10:00"}, "whole number"),
    ],
)
def test_a_recurrence_is_mended_where_it_was_typed(alice: Visitor, fields: dict[str, str], says: str) -> None:
    page = alice.post("/posts/new", a_post(alice.get(NEW), when="every", every_unit="days", **fields))
    assert page.status == 422
    assert says in page.words


def test_a_recurrence_shows_its_next_five_dates(alice: Visitor) -> None:
    fields = a_post(alice.get(NEW), when="every", every_n="2", every_unit="days", every_time="10:00")
    told = alice.post("/posts/preview", {**fields, "except": "2037-10-03"})
    times = re.findall(r'<time datetime="(\d{4}-\d\d-\d\d)', told.text)
    assert times == ["2037-10-01", "2037-10-05", "2037-10-07", "2037-10-09", "2037-10-11"]


def test_the_queues_next_free_slot_is_shown(alice: Visitor) -> None:
    told = alice.post("/posts/preview", a_post(alice.get(NEW), when="queue"))
    assert "The queue's next free slot:" in unescape(told.words)
    assert "London time" in told.words
