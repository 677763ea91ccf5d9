"""Accounts for tests of their pages, and a secret that no page may show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from campaigns.core.db import write_session
from tests.factories.cast import make_account, make_organisation

if TYPE_CHECKING:
    from fastapi import FastAPI

    from campaigns.models import Organisation

SECRET = "s3cret-do-not-show"


def add_account(app: FastAPI, name: str, organisation: Organisation | None = None, **more: Any) -> None:
    with write_session(app.state.engine) as session:
        make_account(session, organisation or make_organisation(session), name=name, **more)
