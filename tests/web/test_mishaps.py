from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import OperationalError

from campaigns.core.errors import Conflict
from campaigns.web.base.forms import Posted  # noqa: TC001 - FastAPI reads it when it runs
from campaigns.web.base.visit import SignedIn  # noqa: TC001 - the same

if TYPE_CHECKING:
    from fastapi import FastAPI

    from tests.support.visitor import Visitor

TYPED = "Half an hour of somebody's work, and more than sixty characters of it."


def breaks(app: FastAPI, trouble: Exception) -> None:
    """Adds a page whose form meets trouble."""

    @app.post("/breaks")
    def page(visit: SignedIn, typed: Posted) -> None:
        del visit, typed
        raise trouble


@pytest.mark.parametrize(
    ("trouble", "status", "says"),
    [
        (Conflict("Bob has changed this meanwhile."), 409, "Bob has changed this meanwhile."),
        (OperationalError("SELECT", {}, Exception("gone")), 503, "The database does not answer"),
        (RuntimeError("secret detail"), 500, "Something went wrong inside Beacon."),
    ],
)
def test_whatever_breaks_what_was_typed_comes_back(
    app: FastAPI,
    alice: Visitor,
    caplog: pytest.LogCaptureFixture,
    trouble: Exception,
    status: int,
    says: str,
) -> None:
    breaks(app, trouble)
    with caplog.at_level(logging.CRITICAL):
        answer = alice.post("/breaks", {"text": TYPED, "campaign": "7", "password": "hidden words"})
    assert answer.status == status
    assert says in answer.words
    assert TYPED in answer.words.replace("&#39;", "'")
    assert 'name="campaign" value="7"' in answer.text
    assert "hidden words" not in answer.text
    assert "secret detail" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_who_was_signed_out_while_typing_loses_nothing(app: FastAPI, stranger: Visitor) -> None:
    breaks(app, RuntimeError())
    answer = stranger.post("/breaks", {"text": TYPED})
    assert answer.status == 401
    assert TYPED in answer.words.replace("&#39;", "'")
    assert "Sign in in a new tab" in answer.words


def test_a_script_is_told_as_json(app: FastAPI, alice: Visitor) -> None:
    breaks(app, Conflict("Bob has changed this meanwhile."))
    answer = alice.post("/breaks", {"text": TYPED}, accept="application/json")
    assert answer.status == 409
    assert answer.json == {"error": "Bob has changed this meanwhile."}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"\xff\xfe" * 50, "multipart/form-data"),
        (b"a=%ff%fe&b=%00&%zz", "application/x-www-form-urlencoded"),
        (b"{}", "application/json"),
        (b"&" * 5000, "application/x-www-form-urlencoded"),
        (b"a=1&" * 5000, "application/x-www-form-urlencoded"),
    ],
)
def test_a_damaged_form_is_refused_in_words(alice: Visitor, body: bytes, kind: str) -> None:
    answer = alice.ask("POST", "/me", body, {"content-type": kind})
    assert answer.status in {413, 422}
    assert "<h1" in answer.text


def test_a_page_used_in_the_wrong_way_says_so(alice: Visitor) -> None:
    answer = alice.get("/pause")
    assert answer.status == 405
    assert "go back and use its buttons" in answer.words
