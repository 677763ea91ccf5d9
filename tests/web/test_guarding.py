"""Who may ask for what, and how every answer is dressed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from campaigns.app import create_app
from config.settings import Settings
from tests.support.visitor import ORIGIN, Visitor

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi import FastAPI


def pages(app: FastAPI, method: str) -> list[str]:
    """Every path that answers to a method, with numbers and tokens filled in."""
    found = [route for route in app.routes if method in (getattr(route, "methods", None) or ())]
    return sorted(
        route.path.replace("{token}", "token").replace("_id}", "}").replace("{delivery}", "1")  # type: ignore[attr-defined]
        for route in found
    )


OPEN = {"/sign-in", "/sign-out", "/health", "/ready", "/metrics", "/status.json", "/favicon.ico"}


def for_everybody(path: str) -> bool:
    return path in OPEN or path.startswith(
        ("/static/", "/link/", "/welcome/", "/feeds/")
    )  # the last hold a secret


def test_every_page_but_the_doors_asks_who_is_there(app: FastAPI, stranger: Visitor) -> None:
    for path in pages(app, "GET"):
        if for_everybody(path):
            continue
        answer = stranger.get(path)
        assert (answer.status, answer.leads_to.partition("?")[0]) == (303, "/sign-in"), path


def test_no_form_is_taken_from_who_is_signed_out(app: FastAPI, stranger: Visitor) -> None:
    for path in pages(app, "POST"):
        if not for_everybody(path):
            assert stranger.post(path, {"text": "typed"}).status == 401, path


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": "", "origin": "https://elsewhere.example"},
        {"sec_fetch_site": "", "origin": "null"},
        {"sec_fetch_site": "", "origin": "http://127.0.0.1:9999"},
    ],
)
def test_no_form_is_taken_from_another_sites_page(
    app: FastAPI, alice: Visitor, headers: dict[str, str]
) -> None:
    for path in pages(app, "POST"):
        assert alice.post(path, {}, **headers).status == 403, path


@pytest.mark.parametrize("headers", [{}, {"sec_fetch_site": "", "origin": ORIGIN}, {"sec_fetch_site": ""}])
def test_a_form_of_our_own_is_taken(alice: Visitor, headers: dict[str, str]) -> None:
    assert alice.post("/resume", {}, **headers).status == 303


@pytest.mark.parametrize("path", ["/", "/sign-in", "/nope", "/health", "/static/x/nothing.js"])
def test_every_answer_tells_browsers_to_be_careful(alice: Visitor, path: str) -> None:
    headers = alice.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "strict-transport-security" not in headers


def test_behind_tls_browsers_are_told_to_stay_there_and_the_cookie_says_so(
    tmp_path: Path, database_url: str
) -> None:
    app = create_app(
        Settings(data_dir=tmp_path, database_url=database_url, public_url="https://beacon.example.org")
    )
    answer = Visitor(app).post(
        "/sign-out", {}, host="beacon.example.org", origin="https://beacon.example.org"
    )
    app.state.engine.dispose()
    assert "max-age" in answer.headers["strict-transport-security"]
    assert answer.headers["set-cookie"].startswith("__Host-beacon-login=")
    assert "Secure" in answer.headers["set-cookie"]


def test_pages_are_never_kept_by_caches_but_assets_for_ever(app: FastAPI, alice: Visitor) -> None:
    assert alice.get("/").headers["cache-control"] == "no-store"
    style = alice.get(app.state.assets("css/base.css"))
    assert "immutable" in style.headers["cache-control"]
    assert "immutable" not in alice.get("/static/older/css/base.css").headers["cache-control"]


@pytest.mark.parametrize("name", ["../app.py", "..%2fapp.py", "css/base/1-tokens.css", "", "js"])
def test_only_assets_are_served_as_assets(app: FastAPI, stranger: Visitor, name: str) -> None:
    assert stranger.get(f"/static/{app.state.assets.version}/{name}").status == 404


def test_assets_come_compressed_to_who_can_read_it(app: FastAPI, stranger: Visitor) -> None:
    path = app.state.assets("css/base.css")
    plain, packed = stranger.get(path), stranger.get(path, accept_encoding="gzip, br")
    assert packed.headers["content-encoding"] == "gzip"
    assert len(packed.body) < len(plain.body) / 2


@pytest.mark.parametrize("length", ["", "10"])
def test_what_is_too_long_is_refused_whatever_it_says_of_its_length(alice: Visitor, length: str) -> None:
    answer = alice.post("/me", {"name": "x" * 2_200_000}, content_length=length)
    assert answer.status == 413
    assert "2 MB" in answer.words


def test_the_status_for_programs_is_closed_where_others_can_ask(tmp_path: Path, database_url: str) -> None:
    app = create_app(
        Settings(data_dir=tmp_path, database_url=database_url, public_url="https://beacon.example.org")
    )
    answer = Visitor(app).get("/status.json", host="beacon.example.org", accept="application/json")
    app.state.engine.dispose()
    assert answer.status == 401
