"""The engine's log during a simulation: nothing is printed, and an error in it is a finding."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, MutableMapping


@contextmanager
def errors_to(hear: Callable[[str], None]) -> Iterator[None]:
    """Inside it every logged error goes to `hear`, and nothing goes anywhere else."""
    before = structlog.get_config()

    def listen(_logger: object, name: str, event: MutableMapping[str, Any]) -> Any:
        if name in {"error", "critical"}:
            hear(f"the engine logged {event.get('event')}: {event.get('exc_info') or event}")
        raise structlog.DropEvent

    structlog.configure(processors=[listen], wrapper_class=structlog.make_filtering_bound_logger("error"))
    try:
        yield
    finally:
        structlog.configure(**before)
