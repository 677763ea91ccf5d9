"""Structured logs: one line an event, readable in a terminal, JSON elsewhere; never a secret.

A line is written for every outcome of the engine, so what every line costs counts (`benchmarks/log_line.py`).
"""

from __future__ import annotations

import json
import logging
import re
import sys
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, cast

import structlog

if TYPE_CHECKING:
    from collections.abc import MutableMapping
    from typing import Any, TextIO

_SECRET = re.compile(r"(?i)(token|secret|password|authorization|jwt|sealed|targets)")
_URL_PASSWORD = re.compile(r"(?<=://)([^/@\s:]*):[^/@\s]+@")
_encode = json.JSONEncoder(default=str, ensure_ascii=False).encode


def mask(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Hides whatever is named like a secret, and passwords inside URLs, however deep they stand."""
    for key, value in event.items():
        if _is_secret(key):
            event[key] = "***"
        elif isinstance(value, str):
            if "://" in value:
                event[key] = _URL_PASSWORD.sub(r"\1:***@", value)
        elif isinstance(value, dict | list | tuple):
            event[key] = _masked(value)
    return event


@lru_cache(1000)  # the names of fields are few, and asking the pattern for each costs more than all else
def _is_secret(key: str) -> bool:
    return _SECRET.search(key) is not None


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return _URL_PASSWORD.sub(r"\1:***@", value)
    if isinstance(value, dict):
        return {key: "***" if _is_secret(str(key)) else _masked(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(inner) for inner in value]
    return value


class _StandardError:
    """Whatever standard error is when a line is written. A line that nobody can take any more, since the
    terminal is gone or the pipe closed, ends nothing: the work it tells of goes on."""

    def write(self, text: str) -> None:
        with suppress(OSError, ValueError):
            sys.stderr.write(text)

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            sys.stderr.flush()


def _as_json(_logger: object, _name: str, event: MutableMapping[str, Any]) -> str:
    return _encode(event)


def set_up(level: str = "INFO", form: str = "auto") -> None:
    """Logs to standard error from this level up; `form`: json, text, or auto: text on a terminal."""
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    text = sys.stderr.isatty() if form == "auto" else form == "text"
    stamp: list[Any] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    plain = structlog.dev.plain_traceback
    last: Any = (
        structlog.dev.ConsoleRenderer(exception_formatter=plain, colors=sys.stderr.isatty())
        if text
        else _as_json
    )
    show: list[Any] = [structlog.processors.format_exc_info, mask, last]
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, *stamp, *show],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(cast("TextIO", _StandardError())),
        cache_logger_on_first_use=True,
    )
    _set_up_the_standard_library(number, [*stamp, structlog.stdlib.ExtraAdder()], show)


def _set_up_the_standard_library(number: int, before: list[Any], show: list[Any]) -> None:
    """What other libraries say becomes lines of the same form, masked too."""
    handler = logging.StreamHandler(cast("TextIO", _StandardError()))
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *show],
        )
    )
    logging.basicConfig(level=number, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    for chatty in ("apscheduler", "celery.worker.strategy", "celery.app.trace"):  # of every tick and nudge
        logging.getLogger(chatty).setLevel(max(number, logging.WARNING))
