"""The practice platform at its HTTP edge: limits, keys, the log, and who may knock."""

from __future__ import annotations

import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from tests.support.practice_http import PNG, call, post, upload

if TYPE_CHECKING:
    from collections.abc import Callable

    from campaigns.platforms.contract import Connection
    from tests.support.practice import PracticeServer

    NewAccount = Callable[[str], Connection]


def test_signing_up_gives_a_token_and_a_taken_name_needs_it(practice: PracticeServer) -> None:
    wanted = {"name": "signs_up", "kind": "blind"}
    status, made = call(practice, "POST", "/api/accounts", wanted)
    assert (status, made["account"], made["kind"]) == (201, "signs_up", "blind")
    status, told = call(practice, "POST", "/api/accounts", wanted)
    assert (status, "taken" in told["error"]) == (409, True)
    again = call(practice, "POST", "/api/accounts", wanted, Authorization=f"Bearer {made['token']}")
    assert again == (200, made)


def test_a_token_is_kept_only_as_a_hash(practice: PracticeServer, new_account: NewAccount) -> None:
    account = new_account("keyed")
    post(practice, account, "Hello")
    secret = account.credentials["token"].encode()
    for file in practice.folder.iterdir():
        assert secret not in file.read_bytes()


@pytest.mark.parametrize(
    "token", ["", "nonsense", "practice.alice.keyed.short", "practice.UP.keyed." + "x" * 40]
)
def test_without_a_good_token_nothing_is_accepted(practice: PracticeServer, token: str) -> None:
    for method, path in (
        ("GET", "/api/me"),
        ("POST", "/api/posts"),
        ("POST", "/api/media"),
        ("GET", "/api/timeline"),
    ):
        assert call(practice, method, path, Authorization=f"Bearer {token}")[0] == 401


def test_one_key_makes_one_post_however_many_ask_at_once(
    practice: PracticeServer, new_account: NewAccount
) -> None:
    account = new_account("keyed")

    def send(_: int) -> tuple[int, Any]:
        body = {"text": "Once"}
        return call(practice, "POST", "/api/posts", body, account=account, Idempotency_Key="one key")

    with ThreadPoolExecutor(20) as crowd:
        answers = list(crowd.map(send, range(40)))
    assert sorted(status for status, _ in answers) == [200] * 39 + [201]
    assert len({told["id"] for _, told in answers}) == 1
    assert len(practice.posts(account.handle)) == 1


def test_two_accounts_may_use_the_same_key(practice: PracticeServer, new_account: NewAccount) -> None:
    for account in (new_account("keyed"), new_account("keyed")):
        told = call(practice, "POST", "/api/posts", {"text": "x"}, account=account, Idempotency_Key="same")
        assert told[0] == 201


@pytest.mark.parametrize(
    ("text", "warning", "status"),
    [
        ("x" * 500, None, 201),
        ("x" * 501, None, 422),
        ("👩‍👩‍👧‍👦" * 500, None, 201),
        ("👩‍👩‍👧‍👦" * 501, None, 422),
        ("x" * 400, "w" * 100, 201),
        ("x" * 400, "w" * 101, 422),
        ("x" * 476 + " https://example.org/" + "y" * 300, None, 201),
        ("x" * 477 + " https://example.org/", None, 422),
        ("", None, 422),
        ("\n \t", None, 422),
    ],
)
def test_a_text_may_have_500_characters_with_its_warning_and_links_count_23(
    practice: PracticeServer, new_account: NewAccount, text: str, warning: str | None, status: int
) -> None:
    told = post(practice, new_account("blind"), text, content_warning=warning)
    assert told[0] == status
    assert status == 201 or told[1]["error"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b"\xff",
        b"[" * 90_000,
        b'{"text": 7}',
        b'{"text": "\\ud800"}',
        b'{"text": "x", "media": "1"}',
        b'{"text": "x", "media": ["1", "2", "3", "4", "5"]}',
        b'{"text": "x", "media": [1]}',
        b'{"text": "x", "media": ["999999"]}',
        b'{"text": "x", "reply_to": "-1"}',
        b'{"text": "x", "reply_to": "99999999999999999999999"}',
        b'{"text": "x", "language": "<script>"}',
        b'{"text": "' + b"x" * 200_000 + b'"}',
    ],
)
def test_a_body_that_makes_no_sense_is_answered_with_a_reason(
    practice: PracticeServer, new_account: NewAccount, body: bytes
) -> None:
    account = new_account("blind")
    status, told = call(practice, "POST", "/api/posts", body, account=account)
    assert status == 422
    assert told["error"]
    assert practice.posts(account.handle) == []


@pytest.mark.parametrize(
    ("content", "alt", "mime", "said"),
    [
        (PNG, " ", "image/png", "alt"),
        (PNG, "x" * 1501, "image/png", "1500"),
        (PNG, "A door", "image/jpeg", "bytes are not"),
        (PNG, "A door", "image/svg+xml", "JPEG, PNG"),
        (b"<svg onload=alert(1)>", "A door", "image/png", "bytes are not"),
        (b"", "A door", "image/png", "bytes are not"),
        (PNG + b"x" * 8_000_000, "A door", "image/png", "8,000,000"),
    ],
)
def test_an_image_must_be_one_and_have_an_alt_text(
    practice: PracticeServer, new_account: NewAccount, content: bytes, alt: str, mime: str, said: str
) -> None:
    status, told = upload(practice, new_account("keyed"), content, alt, mime)
    assert status == 422
    assert said in told["error"]


def test_an_image_of_another_account_cannot_be_posted(
    practice: PracticeServer, new_account: NewAccount
) -> None:
    _, told = upload(practice, new_account("keyed"))
    assert post(practice, new_account("keyed"), "Mine?", media=[told["id"]])[0] == 422


@pytest.mark.parametrize(("kind", "status"), [("keyed", 403), ("readable", 200), ("blind", 403)])
def test_only_a_readable_account_has_a_timeline(
    practice: PracticeServer, new_account: NewAccount, kind: str, status: int
) -> None:
    account = new_account(kind)
    post(practice, account, "Hello")
    assert call(practice, "GET", "/api/timeline", account=account)[0] == status


def test_a_timeline_begins_where_it_is_asked_to(practice: PracticeServer, new_account: NewAccount) -> None:
    account = new_account("readable")
    post(practice, account, "One")
    post(practice, account, "Two")
    first, second = practice.posts(account.handle)

    def texts(query: str) -> list[str]:
        _, told = call(practice, "GET", f"/api/timeline?{query}", account=account)
        return [found["text"] for found in told["posts"]]

    assert texts(f"since={first['at']}") == ["One", "Two"]
    assert texts(f"since={quote(second['at'].replace('Z', '+00:00'))}") == ["Two"]
    assert texts("since=2999-01-01T00:00:00Z") == []
    for wrong in ("yesterday", "2027-10-10T08:00:00"):
        assert call(practice, "GET", f"/api/timeline?since={wrong}", account=account)[0] == 422


def test_the_log_tells_arrivals_and_acceptances_in_order_over_http(
    practice: PracticeServer, new_account: NewAccount
) -> None:
    account = new_account("keyed")
    before = practice.log()[-1]["seq"] if practice.log() else 0
    body = {"text": "Hello"}
    for _ in range(2):
        call(practice, "POST", "/api/posts", body, account=account, Idempotency_Key="k")
    post(practice, account, "x" * 501)
    status, text = call(practice, "GET", f"/api/log?after={before}")
    lines = [json.loads(line) for line in text.splitlines()]
    assert status == 200
    assert lines == [line for line in practice.log() if line["seq"] > before]
    assert [(line["event"], line["account"]) for line in lines] == [
        ("begun", account.handle),
        ("signed_up", account.handle),
        ("accepted", account.handle),
        ("begun", account.handle),
        ("replayed", account.handle),
        ("begun", account.handle),
        ("refused", None),
    ]
    assert [line["seq"] for line in lines] == sorted(line["seq"] for line in lines)


def test_the_log_can_only_be_added_to(practice: PracticeServer, new_account: NewAccount) -> None:
    post(practice, new_account("keyed"), "Hello")
    with closing(sqlite3.connect(practice.folder / "practice.db")) as database:
        for change in ("DELETE FROM log", "UPDATE log SET event = ''"):
            with pytest.raises(sqlite3.IntegrityError, match="only added to"):
                database.execute(change)


def test_only_loopback_names_are_answered(practice: PracticeServer) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example", "evil.example:8421", "", "[::1"):
        assert call(practice, "GET", "/", Host=host)[0] == 421
    for host in ("localhost", "127.0.0.1:8421", "[::1]:8421", "LOCALHOST"):
        assert call(practice, "GET", "/", Host=host)[0] == 200


def test_a_page_of_another_site_can_change_nothing(practice: PracticeServer) -> None:
    foreign: list[dict[str, Any]] = [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
    ]
    for headers in foreign:
        assert call(practice, "POST", "/faults", b"effect=hang", **headers)[0] == 403
        assert call(practice, "POST", "/api/accounts", {"name": "evil"}, **headers)[0] == 403
    assert call(practice, "GET", "/api/faults") == (200, [])
