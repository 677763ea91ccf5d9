"""Which ports are free."""

from __future__ import annotations

import socket

from campaigns.core.errors import Unusable


def listen(host: str, port: int, setting: str) -> socket.socket:
    """A bound socket, not yet listening; raises `Unusable` naming the setting when it cannot be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as unknown:
        raise Unusable(f"{host!r} is no address of this machine: mend BEACON_HTTP_HOST.") from unknown
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(128)
    except OSError as taken:
        listener.close()
        raise Unusable(
            f"Port {port} on {host} cannot be used ({(taken.strerror or 'taken').lower()}): "
            f"stop what uses it, or set {setting} to another one."
        ) from taken
    return listener


def answers(host: str, port: int) -> bool:
    """Whether somebody listens there; an address that stands for all of this machine's is asked locally."""
    everywhere = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - asked, not opened
    try:
        socket.create_connection((everywhere.get(host, host), port), timeout=1).close()
    except OSError:
        return False
    return True


def free(host: str, wanted: int) -> int:
    """The wanted port if it is free, else any free one."""
    for port in (wanted, 0):
        try:
            with listen(host, port, "") as listener:
                return int(listener.getsockname()[1])
        except Unusable:
            continue
    raise Unusable(f"No port on {host} is free.")
