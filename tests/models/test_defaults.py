from __future__ import annotations

from typing import TYPE_CHECKING

from campaigns.core.db import read_session, write_session
from campaigns.models.defaults import default_organisation
from tests.factories.cast import make_account, make_organisation

if TYPE_CHECKING:
    from sqlalchemy import Engine


def test_an_install_has_one_organisation_however_often_it_is_asked_for(engine: Engine) -> None:
    with write_session(engine) as session:
        first = default_organisation(session).id
    with write_session(engine) as session:
        assert default_organisation(session).id == first


def test_the_cast_can_be_read_back(engine: Engine) -> None:
    with write_session(engine) as session:
        account = make_account(session, make_organisation(session), "mastodon", "choir")
    with read_session(engine) as session:
        again = session.get_one(type(account), account.id)
        assert (again.platform, again.name) == ("mastodon", "choir")
