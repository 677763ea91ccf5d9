"""Not every server that promises to honour a key does; looking cannot be fooled."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from campaigns.models import State
from campaigns.platforms.contract import Settles
from campaigns.platforms.practice import publish
from campaigns.platforms.practice.accounts import Kind

if TYPE_CHECKING:
    import pytest

    from tests.support.stage import Stage


def test_a_server_that_ignores_the_key_it_promised_to_honour_gets_one_post(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A readable practice account pays no heed to keys; its adapter now says that it does.
    both = Settles(key_window=timedelta(hours=1), readable=True)
    monkeypatch.setitem(publish._SETTLES, Kind.READABLE, both)
    account = stage.account("readable")
    stage.practice.lose_next_answer()
    stage.plan(account, "only once")
    stage.run(State.PUBLISHED)
    assert stage.texts() == ["only once"]


def test_a_key_that_is_no_longer_relied_on_is_said_to_be_so(stage: Stage) -> None:
    stage.settings = stage.settings.model_copy(update={"reconcile_limit": 0.01})
    stage.practice.lose_next_answer()
    planned = stage.plan(stage.account("keyed"), "out, but when was that?")
    stage.run(State.NEEDS_PERSON)
    assert (
        "the platform can no longer be asked by its key: look whether it is live"
        in stage.get(planned.id).reason
    )
    assert stage.texts() == ["out, but when was that?"]
