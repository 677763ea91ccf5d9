"""The page of the install says what ails it, as `beacon doctor` does, and how to mend it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from campaigns.core.db import write_session
from campaigns.core.moments import utc_now
from campaigns.deliver import presence
from campaigns.deliver.owner import Owner
from campaigns.deliver.presence import Sign
from campaigns.models import AccountState, Alert, AlertState
from tests.factories.cast import make_account, make_organisation

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI
    from sqlalchemy import Engine

    from tests.support.visitor import Visitor


@pytest.fixture
def all_up(app: FastAPI, engine: Engine) -> None:
    for kind in ("clock", "worker"):
        presence.appear(
            engine, Owner.here(), kind, utc_now(), Sign(ticked_utc=utc_now(), prints=app.state.prints)
        )


def test_nothing_running_is_said_with_what_to_run(enter: Callable[..., Visitor]) -> None:
    words = enter("Alice").get("/status").words
    assert "No clock is running, so nothing goes out. Run beacon up , or beacon clock ." in words
    assert "No worker is running" in words
    assert "Nobody is told when a post needs a person" in words


@pytest.mark.usefixtures("all_up")
def test_a_healthy_install_is_well(enter: Callable[..., Visitor]) -> None:
    assert "All is well." in enter("Alice").get("/status").words


@pytest.mark.usefixtures("all_up")
def test_each_ailment_that_the_database_knows_is_shown(engine: Engine, enter: Callable[..., Visitor]) -> None:
    now = utc_now()
    presence.appear(
        engine, Owner.here(), "worker", now + timedelta(minutes=3), Sign(lacks="broker", prints="another")
    )
    with write_session(engine) as session:
        organisation = make_organisation(session)
        make_account(session, organisation, name="hope", state=AccountState.RECONNECT)
        make_account(session, organisation, name="ending", expires_utc=now + timedelta(days=3))
        session.add(
            Alert(
                event="needs_person/1",
                kind="needs_person",
                raised_utc=now,
                wake_utc=now,
                state=AlertState.GIVEN_UP,
                trouble="target 1 (mailto) did not take it.",
            )
        )
    words = enter("Alice").get("/status").words
    for said in (
        "The broker does not answer on",
        "with different secret keys",
        "s apart",
        "The account hope no longer works.",
        "sealed with another secret key",  # of `ending`: the factory seals with none
        "Alerts that nobody could be told: 1. target 1 (mailto) did not take it.",
    ):
        assert said in words


@pytest.mark.usefixtures("all_up")
def test_charlie_sees_nothing_of_our_accounts(engine: Engine, enter: Callable[..., Visitor]) -> None:
    with write_session(engine) as session:
        make_account(session, make_organisation(session), name="hope", state=AccountState.RECONNECT)
    assert "hope" not in enter("Charlie", organisation="elsewhere").get("/status").words


def test_in_spanish_it_is_spanish(enter: Callable[..., Visitor]) -> None:
    words = enter("Alice").get("/status", accept_language="es").words
    assert "No hay ningún reloj en marcha" in words
