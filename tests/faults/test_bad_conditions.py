"""Disks, databases, brokers and networks at their worst: a clear word, no crash loop, nothing lost."""

from __future__ import annotations

import re
import sqlite3
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from redis import Redis
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session
from structlog.testing import capture_logs

from campaigns.core.db import open_engine, write_session
from campaigns.deliver import people
from campaigns.deliver.report import BREAKER_OPENS_AT
from campaigns.models import Account, State
from tests.support.engine import running_engine, states, until
from tests.support.hostile import answering, expired_tls
from tests.support.processes import Processes
from tests.support.proxy import lossy_proxy
from workers.broker import Broker

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    from tests.support.stage import Stage

pytestmark = pytest.mark.faults

ONLY_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ONLY_POSTGRES = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def pragma(engine: Engine, statement: str) -> Callable[[str], None]:
    """Every connection of this engine lives under it from now on; call what it returns to change it."""
    connections: list[Any] = []
    now = {"it": statement}

    def begun(connection: Any, *_: object) -> None:
        connections.append(connection)
        connection.execute(f"PRAGMA {now['it']}")

    def change(statement: str) -> None:
        now["it"] = statement
        for connection in connections:
            with suppress(sqlite3.ProgrammingError):  # closed meanwhile
                connection.execute(f"PRAGMA {statement}")

    event.listen(engine, "connect", begun)
    engine.dispose()  # those that are open already come anew
    return change


def unhindered(stage: Stage, hinder: Callable[[], None], mend: Callable[[], None], *, word: str) -> None:
    """Six posts over a hindrance: nothing goes out twice, nothing is lost, and the log says why, calmly."""
    accounts = [stage.account(kind, kind) for kind in ("keyed", "readable", "blind")]
    for number in range(2):
        for account in accounts:
            stage.plan(account, f"{account.name} {number}")
    hinder()
    with capture_logs() as lines, running_engine(stage.settings, stage.database) as tick:
        ends = time.monotonic() + 2.5

        def carefully() -> None:
            _guarded(tick, lines)
            time.sleep(0.1)

        until(lambda: time.monotonic() > ends, every=carefully)
        hindered = len(lines)
        assert any(word in str(line) for line in lines), lines[:5]
        assert hindered < 300, "it shouts"
        mend()
        until(lambda: set(states(stage.database).values()) == {State.PUBLISHED}, 60, every=carefully)
    for account in accounts:
        assert stage.texts(account) == [f"{account.name} 0", f"{account.name} 1"]


GREEDY = """
CREATE TRIGGER a AFTER UPDATE ON account BEGIN INSERT INTO filling VALUES (randomblob(5000)); END;
CREATE TRIGGER b AFTER UPDATE ON delivery BEGIN INSERT INTO filling VALUES (randomblob(5000)); END;
CREATE TRIGGER c AFTER INSERT ON attempt BEGIN INSERT INTO filling VALUES (randomblob(5000)); END;
"""
"""Every step of the engine needs more room."""


def _guarded(tick: Callable[[], None], lines: list[Any]) -> None:
    """As the clock process guards its ticks."""
    try:
        tick()
    except DBAPIError as error:
        lines.append({"event": "tick", "error": str(error)})


@ONLY_SQLITE
def test_a_full_disk_stops_sending_and_loses_nothing(stage: Stage) -> None:
    plenty = "max_page_count=1000000"
    limit = pragma(stage.database, plenty)

    def fill() -> None:
        """No page is left: what was free goes, the limit falls to what the file has, and whatever is
        written needs pages that are not there, however much room its own pages still hold."""
        with sqlite3.connect(stage.database.url.database or "") as connection:
            connection.execute("VACUUM")
            connection.execute("CREATE TABLE filling (x)")
            connection.executescript(GREEDY)
        connection.close()
        limit("max_page_count=1")

    unhindered(stage, fill, lambda: limit(plenty), word="full")


@ONLY_SQLITE
def test_a_read_only_sqlite_file_stops_sending_and_loses_nothing(stage: Stage) -> None:
    switch = pragma(stage.database, "query_only=0")
    unhindered(stage, lambda: switch("query_only=1"), lambda: switch("query_only=0"), word="readonly")


@ONLY_POSTGRES
def test_a_read_only_postgres_stops_sending_and_loses_nothing(stage: Stage) -> None:
    unhindered(
        stage, lambda: _read_only(stage, on=True), lambda: _read_only(stage, on=False), word="read-only"
    )


@ONLY_POSTGRES
def test_a_database_that_turns_read_only_during_a_send_doubles_nothing(stage: Stage) -> None:
    """As when the primary is demoted: the intent was written, the outcome cannot be."""
    account = stage.account("blind")
    stage.practice.faults({"effect": "latency", "endpoint": "posts", "accept": True, "seconds": 1})
    planned = stage.plan(account, "once")
    with running_engine(stage.settings, stage.database) as tick:
        until(lambda: stage.texts() == ["once"], every=tick)
        _read_only(stage, on=True)
        ends = time.monotonic() + 4
        until(lambda: time.monotonic() > ends)
        _read_only(stage, on=False)
        until(
            lambda: states(stage.database)[planned.id] == State.PUBLISHED,
            30,
            every=lambda: _guarded(tick, []),
        )
    assert stage.texts() == ["once"]


def _read_only(stage: Stage, *, on: bool) -> None:
    name = stage.database.url.database
    outside = stage.database.url.set(database="postgres")
    other = open_engine(outside.render_as_string(hide_password=False))
    with other.connect() as connection:
        word = "on" if on else "off"
        connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = {word}'))
        connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"),
            {"name": name},
        )
    other.dispose()


def test_a_receipt_too_strange_to_be_stored_is_a_question_not_a_second_post(stage: Stage) -> None:
    """A platform that answers with a NUL in its id, or an address of a megabyte."""
    with lossy_proxy(stage.practice.server) as proxy:
        account = _behind(stage, proxy.url, "blind")
        proxy.answer(
            201, body=b'{"id": "1\\u0000", "url": "http://x/' + b"y" * 5000 + b'"}', method="POST", count=50
        )
        planned = stage.plan(account, "odd")
        stage.run(lambda found: found[planned.id] in {State.PUBLISHED, State.NEEDS_PERSON})
        assert [method for method, _ in proxy.seen].count("POST") == 1


def test_words_that_no_database_takes_end_nobody(stage: Stage) -> None:
    """Half a surrogate pair and a NUL in a platform's refusal; the lane beside it goes on."""
    with lossy_proxy(stage.practice.server) as proxy:
        account = _behind(stage, proxy.url, "keyed")
        proxy.answer(422, body=b'{"error": "no \\ud800 way \\u0000"}', method="POST", count=50)
        odd, other = stage.plan(account, "odd"), stage.plan(stage.account("blind", "other"), "fine")
        stage.run(lambda found: found == {odd.id: State.FAILED, other.id: State.PUBLISHED})
    assert "way" in stage.get(odd.id).reason


@ONLY_SQLITE
def test_a_database_locked_by_another_program_only_delays(stage: Stage) -> None:
    pragma(stage.database, "busy_timeout=200")
    held: list[sqlite3.Connection] = []

    def lock() -> None:
        connection = sqlite3.connect(stage.database.url.database or "", isolation_level=None)
        connection.execute("BEGIN EXCLUSIVE")
        held.append(connection)

    def release() -> None:
        held[0].execute("ROLLBACK")
        held[0].close()

    unhindered(stage, lock, release, word="locked")


@ONLY_SQLITE
def test_a_broker_out_of_memory_leaves_the_work_to_the_clock(stage: Stage) -> None:
    account = stage.account()
    settings = stage.settings.model_copy(update={"broker_grace": 1.0})
    with Broker(settings) as url:
        with Redis(unix_socket_path=url.removeprefix("redis+socket://")) as redis:
            redis.config_set("maxmemory-policy", "noeviction")
            redis.config_set("maxmemory", "1mb")
        planned = stage.plan(account, "without a hint")
        processes = Processes(settings, url)
        try:
            processes.start("clock")
            worker = processes.start("worker")
            until(lambda: states(stage.database)[planned.id] == State.PUBLISHED, 40)
            assert worker.poll() is None
        finally:
            processes.end()
        assert "Traceback" not in processes.log("clock")
        assert len(processes.log("clock").splitlines()) < 400
    assert stage.texts() == ["without a hint"]


@ONLY_SQLITE
def test_a_broker_that_goes_for_long_and_comes_back_stops_nobody(stage: Stage) -> None:
    account = stage.account()
    settings = stage.settings.model_copy(update={"broker_grace": 1.0})
    broker = Broker(settings)
    processes = Processes(settings, broker.start())
    try:
        for name in ("clock", "worker"):
            processes.start(name)
        first = stage.plan(account, "before")
        until(lambda: states(stage.database)[first.id] == State.PUBLISHED, 40)
        broker.stop()
        second = stage.plan(account, "during")
        until(lambda: states(stage.database)[second.id] == State.PUBLISHED, 40)
        broker.start()
        third = stage.plan(account, "after")
        until(lambda: states(stage.database)[third.id] == State.PUBLISHED, 40)
        assert all(process.poll() is None for process in processes.running)
    finally:
        processes.end()
        broker.stop()
    assert stage.texts() == ["before", "during", "after"]


@ONLY_SQLITE
@pytest.mark.parametrize(("effect", "word"), [("html", "not JSON"), ("huge", "far more")])
def test_an_answer_that_is_no_answer_is_looked_up(stage: Stage, effect: str, word: str) -> None:
    stage.practice.faults({"effect": effect, "endpoint": "posts", "count": 2, "accept": True})
    readable = stage.plan(stage.account("readable", "readable"), "read back")
    blind = stage.plan(stage.account("blind", "blind"), "asked")
    wanted = {readable.id: State.PUBLISHED, blind.id: State.NEEDS_PERSON}
    stage.run(lambda found: found == wanted)
    assert sorted(stage.texts()) == ["asked", "read back"]
    assert word in _details(stage)


@ONLY_SQLITE
def test_a_platform_that_can_be_read_but_takes_no_posts_is_tried_once_a_breaker(stage: Stage) -> None:
    account = stage.account("blind")
    with write_session(stage.database) as session:
        session.get_one(Account, account.id).breaker_failures = BREAKER_OPENS_AT  # and its minute is over
    stage.practice.faults({"effect": "status", "status": 503, "endpoint": "posts"})
    for number in range(3):
        stage.plan(account, str(number))
    ends = time.monotonic() + 4
    stage.run(lambda _: time.monotonic() > ends)
    assert len(stage.practice.log("begun")) == 1


@ONLY_SQLITE
@pytest.mark.parametrize(("kind", "endpoint"), [("keyed", "posts"), ("readable", "timeline")])
def test_a_sick_answer_is_no_clock_that_was_set_back(stage: Stage, kind: str, endpoint: str) -> None:
    """The sweeper, running all the while, must not take the patience for a question from the future."""
    planned = stage.plan(stage.account(kind), "patience")
    stage.practice.faults(
        {"effect": "lose_answer", "endpoint": "posts", "count": 1},
        {"effect": "status", "status": 503, "endpoint": endpoint, "count": 3},
    )
    stage.run(lambda found: found[planned.id] in {State.PUBLISHED, State.NEEDS_PERSON})
    assert stage.get(planned.id).state == State.PUBLISHED
    assert stage.texts() == ["patience"]


@ONLY_SQLITE
def test_the_time_of_an_open_breaker_does_not_turn_a_question_into_a_persons(stage: Stage) -> None:
    stage.settings = stage.settings.model_copy(update={"reconcile_limit": 2.0})
    account = stage.account("keyed")
    stage.practice.faults({"effect": "status", "status": 503, "endpoint": "posts", "count": BREAKER_OPENS_AT})
    planned = stage.plan(account, "after the storm")
    stage.run(lambda _: _failures(stage, account) >= BREAKER_OPENS_AT)  # longer than the limit
    with write_session(stage.database) as session:
        people.account_reconnected(session, account.id)  # sooner than the breaker's minute
    stage.run(lambda found: found[planned.id] in {State.PUBLISHED, State.NEEDS_PERSON})
    assert stage.get(planned.id).state == State.PUBLISHED
    assert stage.texts() == ["after the storm"]


def _failures(stage: Stage, account: Account) -> int:
    with Session(stage.database) as session:
        return session.get_one(Account, account.id).breaker_failures


@ONLY_SQLITE
def test_an_expired_certificate_is_named_and_nothing_is_sent(stage: Stage) -> None:
    with expired_tls() as url:
        planned = stage.plan(_behind(stage, url, "blind"), "safe")
        stage.run(lambda found: found[planned.id] == State.RETRY_WAIT)
        assert "certificate" in stage.get(planned.id).reason


@ONLY_SQLITE
def test_a_name_that_does_not_resolve_is_named_and_tried_again(stage: Stage) -> None:
    planned = stage.plan(_behind(stage, "http://no-such-host.invalid", "blind"), "later")
    stage.run(lambda found: found[planned.id] == State.RETRY_WAIT)
    assert "no-such-host.invalid" in stage.get(planned.id).reason


@ONLY_SQLITE
def test_a_proxy_that_hangs_after_the_headers_is_given_up_at_the_deadline(stage: Stage) -> None:
    with answering(b"HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{") as url:
        planned = stage.plan(_behind(stage, url, "blind"), "half an answer")
        began = time.monotonic()
        stage.run(State.NEEDS_PERSON)
        assert time.monotonic() - began < 15
    assert re.search(r"did not answer within|no answer within", _details(stage))
    assert "look whether it is live" in stage.get(planned.id).reason


def _behind(stage: Stage, url: str, kind: str) -> Account:
    """An account whose platform is somewhere else than it should be."""
    account = stage.account(kind, f"behind_{kind}")
    with write_session(stage.database) as session:
        session.get_one(Account, account.id).server = url
    return account


def _details(stage: Stage) -> str:
    """What the attempts' journal says."""
    with stage.database.connect() as connection:
        return " ".join(connection.execute(text("SELECT detail FROM attempt")).scalars())
