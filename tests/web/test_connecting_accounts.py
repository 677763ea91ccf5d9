"""The forms that connect an account: what is refused beside which field, and who is never asked."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from campaigns.platforms.registry import PLATFORMS, form_of
from tests.support.accounts import SECRET, add_account

if TYPE_CHECKING:
    from fastapi import FastAPI

    from tests.support.visitor import Visitor


def guard(app: FastAPI) -> None:
    """As if the pages were open to others than this machine."""
    app.state.settings = app.state.settings.model_copy(update={"allow_private_servers": False})


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_platform_has_a_form_with_its_fields(alice: Visitor, platform: str) -> None:
    page = alice.get(f"/accounts/connect/{platform}").text
    assert [field.name for field in form_of(platform).fields if f'name="{field.name}"' not in page] == []
    assert f"/accounts/connect/{platform}" in alice.get("/accounts/new").text
    empty = alice.post(f"/accounts/connect/{platform}", {"name": "new"})
    assert empty.status == 422
    assert "Please fill this in." in empty.words


def test_a_platform_that_does_not_exist_has_no_form(alice: Visitor) -> None:
    assert alice.get("/accounts/connect/myspace").status == 404
    assert alice.post("/accounts/connect/myspace", {"name": "x"}).status == 404


def test_a_refusal_stands_beside_the_field_and_the_secret_is_asked_again(alice: Visitor) -> None:
    typed = {"name": "mine", "server": "http://127.0.0.1:1", "handle": "alice.test", "password": SECRET}
    answer = alice.post("/accounts/connect/bluesky", typed)
    assert answer.status == 422
    beside = answer.text.partition('id="error-server"')[2].partition("</p>")[0]
    assert "could not be reached" in beside
    assert 'value="alice.test"' in answer.text
    assert SECRET not in answer.text
    assert "give them once more" in answer.words
    spanish = alice.post("/accounts/connect/bluesky", typed, accept_language="es-ES")
    assert "No se pudo llegar a Bluesky; no se envió nada." in spanish.words


def test_who_was_signed_out_gets_back_all_but_the_secrets(stranger: Visitor) -> None:
    typed = {"name": "mine", "server": "mastodon.example", "token": SECRET}
    answer = stranger.post("/accounts/connect/mastodon", typed)
    assert answer.status == 401
    assert "mastodon.example" in answer.text
    assert SECRET not in answer.text


@pytest.mark.parametrize("platform", ["mastodon", "bluesky"])
@pytest.mark.parametrize(
    "server", ["http://127.0.0.1:1", "10.0.0.1", "http://169.254.169.254", "localhost", "[::ffff:10.0.0.1]"]
)
def test_a_server_in_a_private_network_is_not_asked(
    app: FastAPI, alice: Visitor, platform: str, server: str
) -> None:
    guard(app)
    typed = {"name": "n", "server": server, "handle": "a.test", "password": SECRET, "token": SECRET}
    answer = alice.post(f"/accounts/connect/{platform}", typed)
    assert answer.status == 422
    assert "private network" in answer.text.partition('id="error-server"')[2].partition("</p>")[0]


def test_a_field_smuggled_into_xs_form_leads_to_no_private_server(app: FastAPI, alice: Visitor) -> None:
    guard(app)
    keys = dict.fromkeys((field.name for field in form_of("x").fields), SECRET)
    answer = alice.post("/accounts/connect/x", {"name": "n", "server": "http://10.0.0.1", **keys})
    assert answer.status == 422
    assert "private network" in answer.words


def test_a_name_that_is_taken_or_odd_is_refused_before_anybody_is_asked(app: FastAPI, alice: Visitor) -> None:
    add_account(app, "main")
    with patch("campaigns.web.accounts.lead") as asked:
        for name, said in (("main", "already"), ("a b", "letters, digits"), ("", "letters, digits")):
            answer = alice.post("/accounts/connect/practice", {"name": name, "handle": "a", "kind": "keyed"})
            assert answer.status == 422
            assert said in answer.words
    asked.assert_not_called()
