"""A campaign file in the browser: uploaded, shown as what it would change, applied exactly so."""

from __future__ import annotations

import io
import os
import re
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from sqlmodel import Session, col, select

from campaigns.core.db import read_session, write_session
from campaigns.models import Account, Campaign, Delivery, Organisation, Post, PostMedia, Role
from campaigns.models.defaults import default_organisation
from campaigns.plan.importing import shelf
from campaigns.plan.importing.unpacking import MOST_FILES
from campaigns.web.base.limits import UPLOADS
from tests.factories.cast import make_account

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI

    from tests.support.visitor import Answer, Visitor

HEAD = """\
campaign: World Mental Health Day 2035
slug: wmhd-2035
timezone: Europe/London
starts: 2035-10-01
ends: 2035-10-14
accounts: [practice]
posts:
"""
ONE = HEAD + '  - {id: one, text: "Who will you call today?", at: 2035-10-10 09:00}\n'
TWO = ONE + '  - {id: two, text: "Three questions.", at: 2035-10-11 09:00}\n'
PICTURED = HEAD + (
    '  - {id: one, text: "A door.", at: 2035-10-10 09:00,\n'
    "     media: [{file: images/door.png, alt: A half-open door}]}\n"
)


@pytest.fixture(autouse=True)
def practice(app: FastAPI) -> None:
    with write_session(app.state.engine) as session:
        make_account(session, default_organisation(session))


def picture() -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (8, 6), (90, 120, 200)).save(kept, "PNG")
    return kept.getvalue()


def zipped(**files: bytes | str) -> bytes:
    """A zip of files by path, with `__` for `/`."""
    return zip_of({name.replace("__", "/"): content for name, content in files.items()})


def zip_of(files: dict[str, bytes | str]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return kept.getvalue()


def bring(visitor: Visitor, *files: tuple[str, bytes | str], **fields: str) -> Answer:
    """Uploads and follows to what is shown of it."""
    answer = refused(visitor, *files, **fields)
    return visitor.follow(answer) if answer.status == 303 else answer


def refused(visitor: Visitor, *files: tuple[str, bytes | str], **fields: str) -> Answer:
    sent = [
        ("files", name, content if isinstance(content, bytes) else content.encode())
        for name, content in files
    ]
    return visitor.send("/import", sent, fields)


def where(page: Answer) -> str:
    found = re.search(r'"(/import/[0-9a-f]{32})', page.text)
    assert found, page.words
    return found[1]


def form(page: Answer) -> dict[str, str]:
    """The hidden fields of the button that loads."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))


def load(visitor: Visitor, page: Answer) -> Answer:
    return visitor.post(where(page), form(page))


def texts(app: FastAPI, organisation: str = "default") -> list[str]:
    with read_session(app.state.engine) as session:
        mine = select(Post.text).join(Organisation, col(Organisation.id) == Post.organisation_id)
        wanted = mine.where(Organisation.slug == organisation, col(Post.removed_utc).is_(None))
        return list(session.exec(wanted.order_by(col(Post.place))).all())


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


def zip_with_link() -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        link = zipfile.ZipInfo("images")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc")
    return kept.getvalue()


def torn(zipped: bytes) -> bytes:
    return zipped[:60] + b"torn" + zipped[64:]


def bomb() -> bytes:
    """110 MB of nothing in a few kilobytes."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("zero.png", "w") as member:
        for _ in range(110):
            member.write(bytes(1_000_000))
    return kept.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("c.yaml", b"", "no campaign file"),
        ("photo.png", b"not a picture", "no campaign file"),
        ("../c.yaml", ONE.encode(), "no plain name"),
        ("c.zip", zip_of({"../../etc/c.yaml": ONE}), "no plain name"),
        ("c.zip", zip_of({"/c.yaml": ONE}), "no plain name"),
        ("c.zip", zip_of({"c:\\c.yaml": ONE}), "no plain name"),
        ("c.zip", zip_of({"a" * 130 + ".yaml": ONE}), "no plain name"),
        ("c.zip", zip_of({"a\u202egnp.yaml": ONE}), "no plain name"),
        ("c.zip", zip_of({"c": ONE, "c/d.yaml": ONE}), "two files"),
        ("c.zip", zip_of({f"{n}.txt": "" for n in range(MOST_FILES + 1)}), "more than 500 files"),
        ("c.zip", zip_of({"c.yaml": ONE})[:-30], "cannot be unpacked"),
        ("c.zip", torn(zip_of({"c.yaml": ONE})), "cannot be unpacked"),
        ("t.xlsx", zip_of({"[Content_Types].xml": "<x/>"}), "save the table in it as CSV"),
        ("c.zip", zip_of({"a.yaml": ONE, "b.yaml": ONE}), "There are several"),
        ("c.zip", zip_with_link(), "holds a link"),
        ("c.zip", bomb(), "larger than 100 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_could_do_harm_or_is_none_is_refused_with_one_sentence(
    app: FastAPI, alice: Visitor, name: str, content: bytes, said: str
) -> None:
    if not content:
        content = b"\n"
        name = "c.txt"
    page = bring(alice, (name, content))
    assert said in page.words
    assert texts(app) == []
    assert not [
        path for path in app.state.settings.data_dir.parent.rglob("*.yaml") if "imports" not in str(path)
    ]


def test_an_upload_larger_than_fits_is_refused_before_it_is_read(alice: Visitor) -> None:
    answer = refused(alice, ("c.yaml", bytes(UPLOADS["/import"] + 1)))
    assert answer.status == 413
    assert "larger than the 20 MB" in answer.words


def test_without_a_file_the_page_asks_for_one(alice: Visitor) -> None:
    for answer in (refused(alice), refused(alice, ("", b""))):
        assert answer.status == 422
        assert "file first." in answer.words


def test_hostile_words_in_a_file_are_only_ever_words(alice: Visitor) -> None:
    hostile = ONE.replace("Who will you call today?", "<script>alert(1)</script>{{7*7}}")
    hostile = hostile.replace("World Mental", "<b>World</b>").replace("practice", "<i>")
    page = bring(alice, ("<img src=x onerror=1>.yaml", hostile))
    for sign in ("<script>alert", "<b>World", "<img src=x", "'<i>'"):
        assert sign not in page.text


def test_nobody_else_finds_an_upload_and_after_an_hour_nobody(
    app: FastAPI, alice: Visitor, enter: Callable[..., Visitor], charlie: Visitor
) -> None:
    page = bring(alice, ("campaign.yaml", ONE))
    path, mark = where(page), form(page)
    for other in (enter("Bob", Role.EDITOR), charlie):
        assert other.get(path).status == 404
        assert other.post(path, mark).status == 404
        assert other.post(f"{path}/drop").status == 404
    assert alice.get("/import/" + "0" * 32).status == 404
    assert alice.get("/import/..").status == 404
    (folder,) = (app.state.settings.data_dir / "imports").glob("*/*")
    long_ago = folder.stat().st_mtime - shelf.KEPT - 1
    os.utime(folder, (long_ago, long_ago))
    gone = alice.get(path)
    assert gone.status == 404
    assert "it is kept for an hour" in gone.words
    bring(alice, ("campaign.yaml", ONE))
    assert not folder.exists()


def test_only_so_many_uploads_of_one_person_are_kept(app: FastAPI, alice: Visitor) -> None:
    for _ in range(shelf.MOST + 2):
        bring(alice, ("c.csv", "text\nHello\n"))
    assert len([*(app.state.settings.data_dir / "imports").glob("*/*")]) == shelf.MOST


def test_charlie_loads_into_his_own_organisation_only(app: FastAPI, alice: Visitor, charlie: Visitor) -> None:
    load(alice, bring(alice, ("campaign.yaml", ONE)))
    page = bring(charlie, ("posts.csv", "text,at\nMine,2035-10-12 18:00\n"), campaign="wmhd-2035")
    assert page.status == 404
    page = bring(charlie, ("campaign.yaml", ONE))
    assert "is not connected" in page.words, "Alice's account is nobody's"
    assert "Is it the same campaign" not in page.words
    with write_session(app.state.engine) as session:
        elsewhere = session.exec(select(Organisation).where(Organisation.slug == "elsewhere")).one()
        make_account(session, elsewhere)
    load(charlie, bring(charlie, ("campaign.yaml", TWO)))
    assert len(texts(app)) == 1
    assert len(texts(app, "elsewhere")) == 2


def test_a_viewer_imports_nothing(enter: Callable[..., Visitor]) -> None:
    viewer = enter("Vera", Role.VIEWER)
    assert viewer.get("/import").status == 403
    assert refused(viewer, ("c.yaml", ONE)).status == 403


def test_an_upload_can_be_thrown_away(app: FastAPI, alice: Visitor) -> None:
    page = bring(alice, ("campaign.yaml", ONE))
    alice.post(f"{where(page)}/drop")
    assert alice.get(where(page)).status == 404
    assert texts(app) == []
    assert deliveries(app.state.engine) == 0


def deliveries(engine: Any) -> int:
    with Session(engine) as session:
        return len(session.exec(select(Delivery)).all()) + len(session.exec(select(Account)).all()) - 1
