"""What tests of the pages without a browser ask for, on each kind of database."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from campaigns.app import create_app
from campaigns.core.db import write_session
from campaigns.core.moments import utc_now
from campaigns.models import Role
from campaigns.people import logins
from config.settings import Settings
from tests.factories.cast import make_person
from tests.support.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from fastapi import FastAPI


@pytest.fixture
def app(tmp_path: Path, database_url: str) -> Iterator[FastAPI]:
    app = create_app(Settings(data_dir=tmp_path / "data", database_url=database_url))
    yield app
    app.state.engine.dispose()


@pytest.fixture
def stranger(app: FastAPI) -> Visitor:
    """Somebody who is not signed in."""
    return Visitor(app)


@pytest.fixture
def enter(app: FastAPI) -> Callable[..., Visitor]:
    """`enter("Bob", Role.EDITOR)`: see `signed_in`."""
    return partial(signed_in, app)


def signed_in(app: FastAPI, name: str, role: Role = Role.OWNER, organisation: str = "default") -> Visitor:
    """That person, made if need be, in a browser of their own, signed in."""
    with write_session(app.state.engine) as session:
        person = make_person(session, name, role, organisation=organisation)
        token = logins.sign_in(session, person, "Test browser", utc_now())
    return Visitor(app, {"beacon-8420-login": token})


@pytest.fixture
def alice(enter: Callable[..., Visitor]) -> Visitor:
    """The owner."""
    return enter("Alice")


@pytest.fixture
def charlie(enter: Callable[..., Visitor]) -> Visitor:
    """An owner elsewhere, who must see nothing of Alice's."""
    return enter("Charlie", organisation="elsewhere")
