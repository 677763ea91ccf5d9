"""SQL compiled once a process: every test has a database of its own, but the statements are the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, event

if TYPE_CHECKING:
    from sqlalchemy import Connection


class Compiled(dict[tuple[Any, ...], Any]):
    """SQLAlchemy's `compiled_cache`, for engines of the same kind together. Its keys begin with the engine's
    own dialect, of which only the class tells how a statement is written while all servers are alike."""

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        return super().get(_of_all(key), default)

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        super().__setitem__(_of_all(key), compiled)


def _of_all(key: tuple[Any, ...]) -> tuple[Any, ...]:
    return (type(key[0]), *key[1:])


def compile_once() -> None:
    """From now on, for every engine of this process: a fifth less work for tests that use a database."""
    shared = Compiled()

    def share(connection: Connection) -> None:
        connection.execution_options(compiled_cache=shared)

    event.listen(Engine, "engine_connect", share)
