"""A second host on this machine: a network namespace behind a cable that can be cut, with pids of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterator

NEAR, FAR, NETWORK = "198.51.100.1", "198.51.100.2", "198.51.100.0/30"  # TEST-NET-2: nobody's, by RFC 5737


def impossible() -> str:
    """Why there can be no second host here, as the reason of a skipped test; empty: there can."""
    if os.geteuid() != 0:
        return "network namespaces need root: run it as root, as CI does"
    if not shutil.which("ip"):
        return "network namespaces need iproute2 (Debian: apt install iproute2)"
    probe = f"beacon-probe-{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", probe], capture_output=True, text=True, check=False)
    if made.returncode:
        return f"this machine allows no network namespaces: {made.stderr.strip()}"
    subprocess.run(["ip", "netns", "del", probe], check=True)
    return ""


class FarHost:
    """`within` goes before a command that is to run there."""

    def __init__(self, name: str) -> None:
        self._name, self._cable = name, f"bcn{os.getpid() % 100000}"

    @property
    def within(self) -> list[str]:
        """Its first process is a shell, since the kernel spares a namespace's first process most signals."""
        return [
            *("ip", "netns", "exec", self._name),
            *("unshare", "--pid", "--fork", "--kill-child", "--mount-proc"),
            *("sh", "-c", '"$@"; exit $?', "far"),
        ]

    def plug(self) -> None:
        far = ["-n", self._name]
        _ip("netns", "add", self._name)
        _ip("link", "add", self._cable, "type", "veth", "peer", "name", "eth0", "netns", self._name)
        _ip("addr", "add", f"{NEAR}/30", "dev", self._cable)
        _ip("link", "set", self._cable, "up")
        _ip(*far, "addr", "add", f"{FAR}/30", "dev", "eth0")
        _ip(*far, "link", "set", "eth0", "up")
        _ip(*far, "link", "set", "lo", "up")

    def unplug(self) -> None:
        _ip("netns", "del", self._name)

    def cut(self) -> None:
        """Not a byte passes; nobody is told."""
        _ip("link", "set", self._cable, "down")

    def mend(self) -> None:
        _ip("link", "set", self._cable, "up")

    @staticmethod
    def inside(process: subprocess.Popen[bytes]) -> psutil.Process:
        """The process that runs there, by its pid as seen from here."""
        return psutil.Process(process.pid).children(recursive=True)[-1]


@contextmanager
def far_host() -> Iterator[FarHost]:
    host = FarHost(f"beacon-far-{os.getpid()}")
    host.plug()
    try:
        yield host
    finally:
        host.unplug()


@contextmanager
def reachable_from(host: FarHost, port: int, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A loopback port of ours is the same port there, through the file system: it outlives the cable."""
    through = f"unix:{folder / 'through'}"
    here = f"tcp:127.0.0.1:{port}"
    root = Path(__file__).parents[2]
    relay = [sys.executable, "-m", "tests.support.relay"]
    ours = subprocess.Popen([*relay, through, here], cwd=root)
    theirs = subprocess.Popen([*host.within[:4], *relay, here, through], cwd=root)
    try:
        yield theirs
    finally:
        for process in (theirs, ours):
            process.kill()
            process.wait()


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)
