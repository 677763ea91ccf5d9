"""Answers lost, workers killed, 429s and expired sessions: one post on the real server each time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import Session, select

from campaigns.core.db import write_session
from campaigns.core.vault import open_vault
from campaigns.deliver import people
from campaigns.models import Account, AccountState, Attempt, State
from campaigns.platforms.contract import Connection
from tests.factories.deliveries import make_campaign, make_connected, make_delivery
from tests.support.engine import run_until, states, until
from tests.support.processes import process_group

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from config.settings import Settings
    from tests.support.bluesky import BlueskyHarness
    from tests.support.mastodon import MastodonHarness

    Server = BlueskyHarness | MastodonHarness

pytestmark = [
    pytest.mark.faults,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

PUBLISHES = {"bluesky": "com.atproto.repo.putRecord", "mastodon": "/api/v1/statuses"}


class Install:
    """An install with one account, on a real server."""

    def __init__(self, engine: Engine, settings: Settings, server: Server) -> None:
        self.engine, self.server = engine, server
        self.settings = settings.model_copy(update={"call_deadline": 4.0})
        told = Connection(server.server, server.handle, server.credentials, server.limits)
        with write_session(engine) as session:
            self.account = make_connected(session, self.settings, told, platform=server.platform, name="ours")
            self._campaign = make_campaign(session, self.account.organisation_id)

    def plan(self, *texts: str) -> int:
        with write_session(self.engine) as session:
            return make_delivery(session, self._campaign, self.account, *texts).id

    def run(self, wanted: State = State.PUBLISHED) -> None:
        run_until(self.settings, self.engine, lambda found: set(found.values()) == {wanted})

    def texts(self) -> list[str]:
        return [post["text"] for post in self.server.posts()]

    def state(self) -> str:
        with Session(self.engine) as session:
            return session.get_one(Account, self.account.id).state

    def sends(self) -> int:
        with Session(self.engine) as session:
            return len(session.exec(select(Attempt)).all())

    def sent(self) -> int:
        """Requests that would publish, as the proxy saw them."""
        path = PUBLISHES[self.server.platform]
        return sum(method == "POST" and path in where for method, where in self.server.proxy.seen)


@pytest.fixture
def install(engine: Engine, settings: Settings, server: Server) -> Install:
    return Install(engine, settings, server)


def test_a_lost_answer_leaves_one_post_and_no_question(install: Install) -> None:
    install.server.lose_next_answer()
    install.plan("first")
    install.plan("second")
    install.run()
    assert install.texts() == ["first", "second"]


def test_three_lost_answers_in_a_row_leave_one_post(install: Install) -> None:
    install.server.proxy.lose_answer("POST", PUBLISHES[install.server.platform], count=3)
    install.plan("insistent")
    install.run()
    assert install.texts() == ["insistent"]


def test_a_worker_killed_between_acceptance_and_answer_leaves_one_post(install: Install) -> None:
    install.server.proxy.hold_answer("POST", PUBLISHES[install.server.platform])
    install.plan("in between")
    with process_group(install.settings) as processes:
        processes.start("clock")
        worker = processes.start("worker")
        until(lambda: install.texts() == ["in between"])
        worker.kill()
        worker.wait()
        install.server.proxy.clear()
        processes.start("worker")
        until(lambda: set(states(install.engine).values()) == {State.PUBLISHED}, 60)
    assert install.texts() == ["in between"]


def test_a_429_is_obeyed_and_leaves_one_post(install: Install) -> None:
    install.server.rate_limit_next(3)
    install.plan("patient")
    began = time.monotonic()
    install.run()
    assert time.monotonic() - began >= 2  # both servers tell whole seconds
    assert install.texts() == ["patient"]
    assert install.sends() == 2


def test_an_account_that_lost_its_access_resumes_in_order_once_it_is_back(install: Install) -> None:
    install.server.revoke()
    for number in "123":
        install.plan(number)
    run_until(install.settings, install.engine, lambda _: install.state() == AccountState.RECONNECT)
    install.server.restore()
    assert install.texts() == []
    with write_session(install.engine) as session:
        session.get_one(Account, install.account.id).state = AccountState.READY
        people.account_reconnected(session, install.account.id)
    install.run()
    assert install.texts() == list("123")


def test_an_expired_session_is_refreshed_once_and_leaves_one_post(
    engine: Engine, settings: Settings, bluesky: BlueskyHarness
) -> None:
    bluesky.credentials = _expired(bluesky)
    install = Install(engine, settings, bluesky)
    for number in range(4):
        install.plan(f"part {number}", "and more")
    install.run()
    assert len(install.texts()) == 8
    assert bluesky.asked("com.atproto.server.refreshSession") == 1
    with Session(engine) as session:
        kept = session.get_one(Account, install.account.id)
        assert open_vault(install.settings).open(kept.sealed)["access"] != bluesky.credentials["access"]


def test_an_expired_session_and_a_lost_answer_at_once_leave_one_post(
    engine: Engine, settings: Settings, bluesky: BlueskyHarness
) -> None:
    bluesky.credentials = _expired(bluesky)
    install = Install(engine, settings, bluesky)
    bluesky.proxy.lose_answer("POST", PUBLISHES["bluesky"], count=2)  # the refused one, and the next
    install.plan("both at once")
    install.run()
    assert install.texts() == ["both at once"]


def test_where_the_idempotency_key_is_ignored_reading_back_settles_it(
    engine: Engine, settings: Settings, mastodon: MastodonHarness
) -> None:
    mastodon.proxy.strip_header("Idempotency-Key")
    mastodon.lose_next_answer()
    install = Install(engine, settings, mastodon)
    install.plan("only once")
    install.run()
    assert install.texts() == ["only once"]
    assert install.sent() == 1


def test_the_same_text_twice_is_two_posts_even_when_an_answer_was_lost_between_them(install: Install) -> None:
    install.plan("same words")
    install.run()
    install.server.lose_next_answer()
    install.plan("same words")
    install.run()
    assert install.texts() == ["same words"] * 2


def _expired(bluesky: BlueskyHarness) -> dict[str, Any]:
    return {**bluesky.credentials, "access": bluesky.pds.expired_access(bluesky.account.did)}
