"""What an HTTP exchange means: each way it can end, tried on a socket that does exactly that."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.platforms.contract import PlatformError, Reconnect, Refused, TryLater, Unclear
from campaigns.platforms.http import LARGEST_ANSWER
from campaigns.platforms.verdicts import LONGEST_WORDS, Answer, tidy
from tests.support.sockets import answer, exchange, saying


def test_a_good_answer_is_its_json() -> None:
    told = exchange(saying(answer(201, b'{"id": "7", "deep": {"er": "x"}}')))
    assert (told.status, told.text("id"), told.text("deep", "er")) == (201, "7", "x")


@pytest.mark.parametrize("path", [("missing",), ("id", "deeper"), ("number",), ("empty",)])
def test_a_good_answer_that_lacks_what_it_must_say_is_unclear(path: tuple[str, ...]) -> None:
    told = exchange(saying(answer(200, b'{"id": "7", "number": 7, "empty": ""}')))
    with pytest.raises(Unclear):
        told.text(*path)


def test_an_empty_answer_is_fine_only_where_it_was_announced() -> None:
    assert exchange(saying(b"HTTP/1.1 204 No Content\r\n\r\n")).body is None
    with pytest.raises(Unclear):
        exchange(saying(answer(200, b"")))


@pytest.mark.parametrize(
    ("content", "sick"),
    [
        (answer(500), True),
        (answer(503, b"{}", "Retry-After: 5"), True),
        (answer(200, b"<!doctype html>"), False),
        (answer(200, b"\xff\xfe{"), False),
        (answer(200, b"[" * 200_000), False),
        (answer(200, b'"' + b"x" * LARGEST_ANSWER + b'"'), False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{", False),
        (b"HTTP/1.1 200", False),
        (b"", False),
        (b"what is this\r\n\r\n", False),
        (answer(302, b"{}", "Location: /elsewhere"), False),
        (answer(408), False),
    ],
)
def test_an_answer_that_proves_nothing_is_unclear(content: bytes, *, sick: bool) -> None:
    with pytest.raises(Unclear) as unclear:
        exchange(saying(content))
    assert unclear.value.sick is sick


def test_no_answer_in_time_is_unclear_and_says_how_long_was_waited() -> None:
    with pytest.raises(Unclear, match=r"within 0.2 s") as unclear:
        exchange(saying(answer(200), wait=30), deadline=0.2)
    assert unclear.value.sick


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (400, Refused),
        (403, Refused),
        (404, Refused),
        (422, Refused),
        (401, Reconnect),
        (429, TryLater),
        (308, Refused),
    ],
)
def test_a_definite_answer_has_a_definite_verdict(status: int, verdict: type[PlatformError]) -> None:
    with pytest.raises(verdict):
        exchange(saying(answer(status, b'{"error": "Because"}')))


def test_the_caller_may_know_better_what_a_status_means() -> None:
    assert exchange(saying(answer(404)), expected=(404,)).status == 404
    with pytest.raises(Reconnect):
        exchange(saying(answer(403)), reconnect=(401, 403))

    def judge(told: Answer) -> PlatformError | None:
        return Reconnect("again") if told.body == {"error": "ExpiredToken"} else None

    with pytest.raises(Reconnect, match="again"):
        exchange(saying(answer(400, b'{"error": "ExpiredToken"}')), judge=judge)
    with pytest.raises(Refused):
        exchange(saying(answer(400, b'{"error": "Other"}')), judge=judge)


@pytest.mark.parametrize(
    "body",
    [
        b'{"error": "Too\\u0007 long\\n"}',
        b'{"error": "code", "message": "Too long"}',
        b'{"error": {"message": "Too long"}}',
        b'{"errors": [{"detail": "Too long"}]}',
    ],
)
def test_a_refusal_carries_the_platforms_own_words(body: bytes) -> None:
    with pytest.raises(Refused, match=r"Too long$"):
        exchange(saying(answer(422, body)))


def test_a_refusal_in_html_or_cut_short_is_still_a_refusal() -> None:
    with pytest.raises(Refused, match=r"\(403\)\.$"):
        exchange(saying(answer(403, b"<html>", "Content-Type: text/html")))
    with pytest.raises(Refused):
        exchange(saying(b"HTTP/1.1 403 No\r\nContent-Length: 50\r\n\r\n{"))


def test_no_secret_is_ever_in_a_message() -> None:
    body = json.dumps({"error": "Bad token s3cret-token and password hunter22"}).encode()
    with pytest.raises(Reconnect) as wrong:
        exchange(
            saying(answer(401, body)), headers={"Authorization": "Bearer s3cret-token"}, secrets=("hunter22",)
        )
    assert "s3cret" not in str(wrong.value)
    assert "hunter22" not in str(wrong.value)


@given(st.text())
def test_a_platforms_words_fit_one_line_of_a_terminal(words: str) -> None:
    line = tidy(words)
    assert len(line) <= LONGEST_WORDS
    assert line.isprintable()
