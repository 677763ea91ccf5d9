"""The practice platform takes another port, and its accounts go along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import Session, select

from campaigns.cli.practising import follow_practice_server, practises_here
from campaigns.cli.setting_up import set_up
from campaigns.core.db import open_engine, write_session
from campaigns.models import Account
from campaigns.models.defaults import default_organisation
from config.settings import Settings
from tests.factories.cast import make_account

if TYPE_CHECKING:
    from pathlib import Path


def _servers(settings: Settings) -> dict[str, tuple[str, int]]:
    engine = open_engine(settings.database)
    with Session(engine) as session:
        found = session.exec(select(Account)).all()
        servers = {account.name: (account.server, account.credentials_version) for account in found}
    engine.dispose()
    return servers


def test_the_accounts_of_the_practice_platform_go_along_to_another_port(tmp_path: Path) -> None:
    before = Settings(data_dir=tmp_path / "data", practice_port=8421)
    set_up(before, "alice")
    engine = open_engine(before.database)
    with write_session(engine) as session:
        make_account(session, default_organisation(session), name="far", server="https://social.example")
    engine.dispose()
    far = _servers(before)["far"]

    after = before.model_copy(update={"practice_port": 8621})
    assert not practises_here(after)
    for _ in range(2):  # a second start changes nothing more
        follow_practice_server(after)
        assert _servers(after) == {"practice": ("http://127.0.0.1:8621", 2), "far": far}
    assert practises_here(after)


def test_without_knowing_where_it_was_no_account_is_touched(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", practice_port=8421)
    set_up(settings, "alice")
    (settings.data_dir / "practice.url").unlink()
    follow_practice_server(settings.model_copy(update={"practice_port": 8621}))
    assert _servers(settings) == {"practice": ("http://127.0.0.1:8421", 1)}
