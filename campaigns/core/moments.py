"""Instants: always UTC, always aware; how they are stored and shown."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import DateTime, TypeDecorator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.engine import Dialect


class UtcDateTime(TypeDecorator[datetime]):
    """An instant; naive datetimes are refused, since nobody can say when they are."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"{value!r} has no zone; only instants are stored"
            raise ValueError(message)
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:  # noqa: ARG002 - as SQLAlchemy calls it
        """In one step each, not by way of SQLAlchemy's own: pages and agendas read thousands of instants."""
        return _from_text if dialect.name == "sqlite" else _from_instant


def _from_text(stored: str | None) -> datetime | None:
    return None if stored is None else datetime.fromisoformat(f"{stored}+00:00")


def _from_instant(stored: datetime | None) -> datetime | None:
    return None if stored is None else stored.astimezone(UTC)


def _host_clock() -> datetime:
    return datetime.now(UTC)


_clocks: list[Callable[[], datetime]] = [_host_clock]


def utc_now() -> datetime:
    """This host's wall clock. The engine uses the database's clock instead (see `deliver.clock`)."""
    return _clocks[-1]()


@contextmanager
def wall_clock(clock: Callable[[], datetime]) -> Iterator[None]:
    """Inside it `utc_now` reads this clock: a simulation has a wall clock of its own."""
    _clocks.append(clock)
    try:
        yield
    finally:
        _clocks.remove(clock)


def iso_z(moment: datetime) -> str:
    """`2027-10-10T08:00:00Z`: UTC to the second, as every JSON listing shows it."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
