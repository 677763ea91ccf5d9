"""Fault knobs: each does what it says, as often as it says, to whom it says."""

from __future__ import annotations

import http.client
import json
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.practice import running_practice

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from campaigns.platforms.contract import Connection
    from tests.support.practice import PracticeServer

    NewAccount = Callable[[str], Connection]

CUT = (http.client.RemoteDisconnected, ConnectionError)


def send(
    practice: PracticeServer, account: Connection, *, timeout: float = 20
) -> tuple[int, http.client.HTTPMessage, bytes]:
    with closing(http.client.HTTPConnection("127.0.0.1", practice.port, timeout=timeout)) as connection:
        token = {"Authorization": f"Bearer {account.credentials['token']}"}
        connection.request("POST", "/api/posts", json.dumps({"text": "Hello"}), token)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()


def accepted(practice: PracticeServer, account: Connection) -> int:
    return len(practice.posts(account.handle))


def test_a_rule_ends_after_its_count_and_the_log_has_each_use(
    practice: PracticeServer, new_account: NewAccount
) -> None:
    account = new_account("blind")
    practice.faults({"effect": "status", "status": 500, "endpoint": "posts", "count": 2})
    assert [send(practice, account)[0] for _ in range(3)] == [500, 500, 201]
    faults = [line for line in practice.log("fault") if line["account"] == account.handle]
    assert [line["effect"] for line in faults] == ["status", "status"]


def test_a_rule_for_one_account_leaves_the_others_alone(
    practice: PracticeServer, new_account: NewAccount
) -> None:
    hit, spared = new_account("blind"), new_account("blind")
    practice.faults({"effect": "status", "account": hit.handle})
    assert (send(practice, hit)[0], send(practice, spared)[0]) == (503, 201)


def test_a_rule_for_one_endpoint_leaves_the_others_alone(
    practice: PracticeServer, new_account: NewAccount
) -> None:
    practice.faults({"effect": "refuse", "endpoint": "media"})
    assert send(practice, new_account("blind"))[0] == 201


def test_the_first_rule_that_fits_is_applied(practice: PracticeServer, new_account: NewAccount) -> None:
    practice.faults({"effect": "status", "status": 418, "count": 1}, {"effect": "status", "status": 599})
    account = new_account("blind")
    assert [send(practice, account)[0] for _ in range(2)] == [418, 599]


@pytest.mark.parametrize(("effect", "posts"), [("refuse", 0), ("lose_answer", 1)])
def test_a_cut_connection_has_accepted_or_not(
    practice: PracticeServer, new_account: NewAccount, effect: str, posts: int
) -> None:
    account = new_account("blind")
    practice.faults({"effect": effect, "count": 1})
    with pytest.raises(CUT):
        send(practice, account)
    assert accepted(practice, account) == posts


@pytest.mark.parametrize("accept", [False, True])
@pytest.mark.parametrize(
    ("rule", "status", "start"),
    [
        ({"effect": "status", "status": 504}, 504, b'{"error"'),
        ({"effect": "html"}, 200, b"<!doctype html>"),
        ({"effect": "ratelimit", "after": 7}, 429, b'{"error"'),
    ],
)
def test_a_false_answer_may_come_with_or_without_effect(
    practice: PracticeServer,
    new_account: NewAccount,
    rule: dict[str, Any],
    status: int,
    start: bytes,
    *,
    accept: bool,
) -> None:
    account = new_account("blind")
    practice.faults({**rule, "accept": accept, "count": 1})
    told = send(practice, account)
    assert told[0] == status
    assert told[2].startswith(start)
    assert told[1].get("Retry-After") == ("7" if status == 429 else None)
    assert accepted(practice, account) == accept


def test_a_huge_answer_is_a_hundred_megabytes(practice: PracticeServer, new_account: NewAccount) -> None:
    practice.faults({"effect": "huge", "count": 1})
    assert len(send(practice, new_account("blind"))[2]) > 100_000_000


@pytest.mark.parametrize("effect", ["latency", "slow_headers"])
def test_a_slow_answer_is_the_true_one(
    practice: PracticeServer, new_account: NewAccount, effect: str
) -> None:
    account = new_account("blind")
    practice.faults({"effect": effect, "seconds": 0.4, "count": 1})
    begun = time.monotonic()
    status, _, raw = send(practice, account)
    assert time.monotonic() - begun >= 0.4
    assert status == 201
    assert json.loads(raw)["id"] == practice.posts(account.handle)[0]["id"]


def test_a_slow_request_lands_even_when_its_caller_has_given_up(
    practice: PracticeServer, new_account: NewAccount
) -> None:
    account = new_account("blind")
    practice.faults({"effect": "latency", "seconds": 0.5, "count": 1})
    with pytest.raises(TimeoutError):
        send(practice, account, timeout=0.1)
    assert accepted(practice, account) == 0
    until = time.monotonic() + 10
    while not accepted(practice, account) and time.monotonic() < until:
        time.sleep(0.05)
    assert accepted(practice, account) == 1


def test_a_server_that_hangs_can_still_be_stopped(tmp_path: Path) -> None:
    with running_practice(tmp_path) as practice:
        account = practice.account("practice")
        practice.faults({"effect": "hang"})
        with pytest.raises(TimeoutError):
            send(practice, account, timeout=0.2)
        begun = time.monotonic()
        practice.stop()
        assert time.monotonic() - begun < 5


def test_rules_and_posts_outlive_a_kill(tmp_path: Path) -> None:
    with running_practice(tmp_path) as practice:
        account = practice.account("practice")
        send(practice, account)
        practice.faults({"effect": "status", "count": 1})
        practice.stop(kill=True)
        assert accepted(practice, account) == 1
        practice.start()
        assert [send(practice, account)[0] for _ in range(2)] == [503, 201]
        assert accepted(practice, account) == 2


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({}, "list"),
        (["hang"], "object"),
        ([{"effect": "explode"}], "latency, refuse"),
        ([{"effect": []}], "latency, refuse"),
        ([{"effect": "hang", "colour": "red"}], "colour"),
        ([{"effect": "hang", "endpoint": "log"}], "accounts, me"),
        ([{"effect": "hang", "account": 7}], "account"),
        ([{"effect": "hang", "seconds": "7"}], "seconds"),
        ([{"effect": "hang", "seconds": -1}], "seconds"),
        ([{"effect": "status", "status": 200}], "400 to 599"),
        ([{"effect": "hang", "count": 0}], "count"),
    ],
)
def test_a_rule_that_makes_no_sense_changes_nothing_and_says_why(
    practice: PracticeServer, rules: Any, said: str
) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", practice.port, timeout=20)) as connection:
        connection.request("PUT", "/api/faults", json.dumps(rules))
        answer = connection.getresponse()
        assert answer.status == 422
        assert said in json.load(answer)["error"]
        connection.request("GET", "/api/faults")
        assert json.load(connection.getresponse()) == []
