"""On what it was measured: versions, cores, memory, disk, and how busy the machine was."""

from __future__ import annotations

import os
import platform
import subprocess
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from benchmarks.harness.environment import HOUSE
from benchmarks.peers.roster import BULLMQ, PLACE
from tests.support.postgres import binaries
from workers.broker import find_server

OURS = ("celery", "apscheduler", "sqlalchemy", "psycopg", "aiohttp", "uvloop", "tweepy", "Mastodon.py")
PEERS = ("celery", "dramatiq", "procrastinate", "apscheduler", "requests")


def describe() -> dict[str, Any]:
    return {
        "machine": (
            f"{psutil.cpu_count()} cores ({_processor()}), {psutil.virtual_memory().total / 2**30:.0f} GB, "
            f"{platform.system()} {platform.release()}, fsync {1000 * fsync_seconds():.1f} ms"
        ),
        "versions": {
            "Beacon": f"{version('beacon-campaigns')} ({_revision()})",
            "Python": platform.python_version(),
            "SQLite": _said("import sqlite3; print(sqlite3.sqlite_version)"),
            "PostgreSQL": _first([str(binaries() / "postgres"), "--version"]).split()[2],
            "broker": " ".join(_first([str(find_server()), "--version"]).split()[:3]),
            **{name: version(name) for name in OURS},
        },
        "peers": {**_peers(), **_node()},
        "load": os.getloadavg()[0],
    }


def fsync_seconds() -> float:
    """The median of what the disk takes to keep a page."""
    with tempfile.NamedTemporaryFile(prefix="beacon-bench-") as file:
        times = []
        for _ in range(25):
            began = time.perf_counter()
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - began)
    return sorted(times)[12]


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown"
    )


def _revision() -> str:
    return _first(["git", "-C", str(HOUSE), "rev-parse", "--short", "HEAD"])


def _peers() -> dict[str, str]:
    asked = "; ".join(
        ["from importlib.metadata import version", *(f"print(version('{name}'))" for name in PEERS)]
    )
    said = _first([str(PLACE / "bin/python"), "-c", asked], whole=True)
    return dict(zip(PEERS, said.split(), strict=False))


def _node() -> dict[str, str]:
    version_of = "require(`./node_modules/${name}/package.json`).version"
    asked = f"for (const name of ['bullmq', 'undici', 'pg']) console.log({version_of})"
    said = _first(["node", "-e", asked], whole=True, folder=BULLMQ)
    node = _first(["node", "--version"])
    return dict(zip(("BullMQ", "undici", "pg"), said.split(), strict=False)) | (
        {"Node": node} if node else {}
    )


def _said(program: str) -> str:
    return _first([str(HOUSE / ".venv/bin/python"), "-c", program])


def _first(command: list[str], *, whole: bool = False, folder: Path = HOUSE) -> str:
    """What a command prints, its first line or all; empty when there is no such command."""
    try:
        said = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""
    return said if whole else said.partition("\n")[0]
