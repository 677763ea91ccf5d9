"""`beacon alerts`: who would hear it, what stands, and what was given up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pytest_httpserver import HTTPServer
from sqlmodel import select

from campaigns.core.db import open_engine, write_session
from campaigns.core.moments import utc_now
from campaigns.listen.watch import Watch
from campaigns.models import Account, AccountState
from config.settings import Settings
from tests.fakes.mailbox import Mailbox

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Said

    Beacon = Callable[..., Said]

SECRET = "hunter2-of-the-hook"


def test_a_test_reaches_mail_and_web_hooks_and_shows_no_address(
    install: Path, beacon: Beacon, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Mailbox() as mailbox, HTTPServer("127.0.0.1") as hook:
        hook.expect_request(f"/{SECRET}").respond_with_data("")
        (install / "targets").write_text(f"# staff\n{mailbox.target}\n", "utf-8")
        monkeypatch.setenv("BEACON_ALERT_TARGETS", f"json://127.0.0.1:{hook.port}/{SECRET} nosuch://{SECRET}")
        monkeypatch.setenv("BEACON_ALERT_TARGETS_FILE", str(install / "targets"))
        said = beacon("alerts", "test")
        (letter,) = mailbox.letters
        assert len(hook.log) == 1
    assert said.out.splitlines() == [
        "target 1 (json) took the message: look whether it has arrived.",
        "target 2 (nosuch) is no address that apprise knows.",
        "target 3 (mailto) took the message: look whether it has arrived.",
    ]
    assert said.code == 1
    assert SECRET not in said.out + said.err
    assert letter["to"] == "staff@example.org"


@pytest.mark.usefixtures("install")
def test_a_test_without_targets_says_what_to_set(beacon: Beacon) -> None:
    said = beacon("alerts", "test")
    assert said.code == 2
    assert "BEACON_ALERT_TARGETS" in said.err


def test_what_nobody_could_be_told_is_listed_and_tried_again(
    install: Path, beacon: Beacon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BEACON_ALERT_TARGETS", f"json://127.0.0.1:1/{SECRET}")
    engine = open_engine(f"sqlite:///{install / 'beacon.db'}")
    with write_session(engine) as session:
        account = session.exec(select(Account)).one()
        account.state = AccountState.RECONNECT
        session.add(account)
    Watch(Settings(), engine, utc_now).look(stalled=False)  # by the courier, as a clock does it
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alert SET state = 'given_up'")
    engine.dispose()
    listed = beacon("alerts", "list")
    assert "The account practice (practice) no longer works; its posts wait." in listed.out
    assert "target 1 (json) did not take it." in listed.out
    assert SECRET not in listed.out
    assert beacon("alerts", "retry").out == "1 to be told again, within minutes.\n"
    assert beacon("alerts", "list", "--json").json[0]["state"] == "waiting"
