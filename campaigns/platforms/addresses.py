"""The address of a server, as people type it."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

from campaigns.core.errors import Misuse

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


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


def refuse_private(server: str) -> None:
    """Raises `Misuse` unless every address behind this base URL is one of the public internet, so that
    nobody reads through Beacon what only its own network may see. Asks the name service, and waits for it.

    A name can lead elsewhere a moment later; what is asked there is fixed, is no redirect's target, and
    its answer is never shown as it came.
    """
    split = urlsplit(server)
    try:
        found = socket.getaddrinfo(split.hostname, split.port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Misuse("%(hostname)s could not be found; check the address.", hostname=split.hostname) from None
    if not all(_is_public(str(address[0])) for *_, address in found):
        raise Misuse(
            "%(hostname)s is in a private network; Beacon connects to it only where the operator "
            "sets BEACON_ALLOW_PRIVATE_SERVERS.",
            hostname=split.hostname,
        )


def _is_public(address: str) -> bool:
    """An IPv4 address may come wrapped in an IPv6 one: mapped, 6to4, Teredo or NAT64 (RFC 6052)."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner: list[ipaddress.IPv4Address | None] = []
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _NAT64:
            return _is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        if ip.ipv4_mapped:
            return _is_public(str(ip.ipv4_mapped))
        inner = [ip.sixtofour, *(ip.teredo or ())]
    return ip.is_global and not ip.is_multicast and all(_is_public(str(one)) for one in inner if one)


def _no_address(typed: str, example: str) -> str:
    return f"{typed!r} is no server address; give one such as {example}."
