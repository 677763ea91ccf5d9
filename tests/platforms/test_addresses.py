from __future__ import annotations

import pytest

from campaigns.core.errors import Misuse
from campaigns.platforms.addresses import base_url, is_exposed


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
