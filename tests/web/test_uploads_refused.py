"""Uploads that could do harm, or are none: refused with one sentence, and nothing is written."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest

from campaigns.plan.importing.unpacking import MOST_FILES
from campaigns.web.base.limits import UPLOADS
from tests.support.uploads import ONE, bring, refused, texts, zip_of

if TYPE_CHECKING:
    from fastapi import FastAPI

    from tests.support.visitor import Visitor

pytestmark = pytest.mark.usefixtures("practice_account")


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
