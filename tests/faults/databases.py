"""Fresh, migrated databases of each kind, made by copying a template."""

from __future__ import annotations

import itertools
import shutil
import tempfile
import threading
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

from campaigns.core.db import open_engine
from campaigns.migrations import upgrade
from tests.support import postgres

if TYPE_CHECKING:
    from collections.abc import Iterator


class Databases:
    """Use it as a context manager; a PostgreSQL server starts when it is first asked for."""

    def __init__(self) -> None:
        self._stack, self._lock = ExitStack(), threading.Lock()
        self._numbers = itertools.count(1)
        self._server: postgres.Server | None = None
        self._file: Path | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @contextmanager
    def fresh(self, kind: str, folder: Path) -> Iterator[str]:
        """The URL of a database of its own; a SQLite file stands in `folder`."""
        if kind == "sqlite":
            path = folder / "beacon.db"
            shutil.copy(self._template_file(), path)
            yield f"sqlite:///{path}"
            return
        name = f"fault_{next(self._numbers)}"
        with self._lock:
            url = self._template_server().create_database(name, template="template_beacon")
        yield url
        self._template_server().drop_database(name)

    def _template_file(self) -> Path:
        with self._lock:
            if self._file is None:
                folder = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="beacon-faults-"))
                self._file = Path(folder) / "template.db"
                migrate(f"sqlite:///{self._file}")
        return self._file

    def _template_server(self) -> postgres.Server:
        if self._server is None:
            self._server = self._stack.enter_context(postgres.running())
            migrate(self._server.create_database("template_beacon"))
        return self._server


def migrate(url: str) -> None:
    engine = open_engine(url)
    upgrade(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
    engine.dispose()
