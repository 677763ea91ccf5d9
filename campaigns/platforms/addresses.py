"""The address of a server, as people type it."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from campaigns.core.errors import Misuse


def base_url(typed: str, *, example: str) -> str:
    """`mastodon.social/@alice` becomes `https://mastodon.social`.

    Raises `Misuse`, naming the example, for what is no web address."""
    typed = typed.strip()
    try:
        split = urlsplit(typed if "://" in typed else f"https://{typed}")
        host, port = split.hostname, split.port
    except ValueError:
        raise Misuse(_no_address(typed, example)) from None
    if split.scheme.lower() not in {"http", "https"} or not host or split.username or " " in split.netloc:
        raise Misuse(_no_address(typed, example))
    host = f"[{host}]" if ":" in host else host
    return f"{split.scheme.lower()}://{host}" + (f":{port}" if port else "")


def is_exposed(server: str) -> bool:
    """Whether what is sent to this base URL can be read on its way: http, and not to this machine."""
    split = urlsplit(server)
    host = split.hostname or ""
    try:
        own = ipaddress.ip_address(host).is_loopback
    except ValueError:
        own = host == "localhost"
    return split.scheme == "http" and not own


def _no_address(typed: str, example: str) -> str:
    return f"{typed!r} is no server address; give one such as {example}."
