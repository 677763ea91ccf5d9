from __future__ import annotations

import socket
from typing import Any

import pytest

from campaigns.core.errors import Misuse
from campaigns.platforms.addresses import base_url, is_exposed, refuse_private


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("mastodon.social", "https://mastodon.social"),
        (" https://Mastodon.Social/@alice ", "https://mastodon.social"),
        ("http://127.0.0.1:3300/", "http://127.0.0.1:3300"),
        ("http://[::1]:3000", "http://[::1]:3000"),
    ],
)
def test_a_server_may_be_typed_in_many_ways(typed: str, url: str) -> None:
    assert base_url(typed, example="x.example") == url


@pytest.mark.parametrize(
    "typed", ["", "ftp://x.org", "file:///etc/passwd", "https://", "a b", "https://u:p@x.org", "x:99999"]
)
def test_what_is_no_web_address_is_refused(typed: str) -> None:
    with pytest.raises(Misuse, match=r"such as x\.example"):
        base_url(typed, example="x.example")


@pytest.mark.parametrize(
    ("server", "exposed"),
    [
        ("https://x.org", False),
        ("http://x.org", True),
        ("http://127.0.0.2:80", False),
        ("http://[::1]", False),
        ("http://localhost:3000", False),
        ("http://10.0.0.1", True),
    ],
)
def test_plain_http_is_safe_only_on_this_machine(server: str, *, exposed: bool) -> None:
    assert is_exposed(server) is exposed


def resolve_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """The name service, as if it knew one name only."""

    def found(*_asked: Any, **_more: Any) -> list[Any]:
        return [(socket.AF_UNSPEC, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", found)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - read, not bound
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fd00::1",
        "fe80::1%eth0",
        "ff02::1",
        "::ffff:10.0.0.1",
        "2002:a00:1::",
        "64:ff9b::a00:1",
    ],
)
def test_a_name_that_leads_into_a_private_network_is_refused(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    resolve_to(monkeypatch, address)
    with pytest.raises(Misuse, match="private network"):
        refuse_private("https://social.example")
    resolve_to(monkeypatch, "93.184.216.34", address)
    with pytest.raises(Misuse, match="private network"):
        refuse_private("https://social.example")


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
def test_a_public_server_is_let_through(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    resolve_to(monkeypatch, address)
    refuse_private("https://social.example")


@pytest.mark.parametrize("server", ["http://2130706433", "http://0x7f.1", "http://127.1", "http://[::1]:80"])
def test_odd_spellings_of_this_machine_are_no_way_in(server: str) -> None:
    with pytest.raises(Misuse):
        refuse_private(server)


def test_a_name_that_nobody_knows_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_asked: Any, **_more: Any) -> list[Any]:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(Misuse, match="could not be found"):
        refuse_private("https://nobody.example")
