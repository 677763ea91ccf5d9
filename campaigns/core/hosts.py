"""Which machine this is, and which process a pid means: a pid alone may be somebody else's by now."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from functools import cache
from pathlib import Path

LINUX = sys.platform == "linux"


@cache
def boot_id() -> str:
    """Changes with every boot: Linux' random boot id, macOS' boot session."""
    if LINUX:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    return _answer("sysctl", "-n", "kern.bootsessionuuid")


@cache
def host_id() -> str:
    """Two processes with the same host id see each other's pids: same boot, same pid namespace.

    A host's name says neither: containers share it, and it survives a boot.
    """
    if LINUX:
        return f"{boot_id()}/{os.stat('/proc/self/ns/pid').st_ino}"  # noqa: PTH116 - Path.stat is the same
    return boot_id()


def start_time(pid: int) -> str | None:
    """When a process of this host began, as an opaque mark to compare; None once it has ended.

    A zombie has ended, unless its other threads still run.
    """
    if not LINUX:
        state, _, began = _answer("ps", "-o", "stat=,lstart=", "-p", str(pid)).partition(" ")
        return None if state.startswith("Z") else began.strip() or None
    try:
        # The second field is the program's name in brackets, which may hold spaces and brackets.
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        if fields[0] in "ZX" and len(os.listdir(f"/proc/{pid}/task")) < 2:  # noqa: PLR2004, PTH208 - counted
            return None
    except OSError:
        return None
    return fields[19]  # starttime, the 22nd field of proc(5), in clock ticks since boot


def alive(pid: int, started: str) -> bool:
    """Whether exactly that process still runs on this host."""
    return start_time(pid) == started


def kill_exactly(pid: int, started: str, *, wait: float = 5.0) -> bool:
    """SIGKILL to that process and no other. True once it has surely ended; `wait` is in seconds.

    False: it may not be signalled, or has not ended in time (it may hang in the kernel).
    """
    try:
        return _kill_by_handle(pid, started, wait) if LINUX else _kill_by_pid(pid, started, wait)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False


def _kill_by_handle(pid: int, started: str, wait: float) -> bool:
    handle = os.pidfd_open(pid)  # holds on to the process: its number cannot pass to another one
    try:
        if alive(pid, started):
            signal.pidfd_send_signal(handle, signal.SIGKILL)
            ended = select.poll()
            ended.register(handle, select.POLLIN)
            return bool(ended.poll(wait * 1000))
        return True
    finally:
        os.close(handle)


def _kill_by_pid(pid: int, started: str, wait: float) -> bool:
    deadline = time.monotonic() + wait
    while alive(pid, started):
        if time.monotonic() > deadline:
            return False
        os.kill(pid, signal.SIGKILL)
        time.sleep(0.01)
    return True


def _answer(*command: str) -> str:
    return subprocess.run(  # noqa: S603 - fixed programs; the only argument of ours is a number
        command, check=False, capture_output=True, text=True, env={"LC_ALL": "C", "PATH": os.defpath}
    ).stdout.strip()
