"""Instants are always UTC and always aware, in every database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Column, MetaData, Table, insert, select
from sqlalchemy.exc import StatementError

from campaigns.core.moments import UtcDateTime, iso_z, utc_now

if TYPE_CHECKING:
    from sqlalchemy import Engine

TOKYO = timezone(timedelta(hours=9))
MOMENTS = Table("moments_of_a_test", MetaData(), Column("moment", UtcDateTime))


def stored(engine: Engine, moment: datetime | None) -> datetime | None:
    with engine.begin() as connection:
        MOMENTS.create(connection)
        connection.execute(insert(MOMENTS).values(moment=moment))
        found: datetime | None = connection.execute(select(MOMENTS.c.moment)).scalar_one()
    return found


def test_an_instant_comes_back_in_utc_whatever_zone_it_was_given_in(engine: Engine) -> None:
    found = stored(engine, datetime(2027, 10, 10, 17, 0, 0, 250_000, tzinfo=TOKYO))
    assert found == datetime(2027, 10, 10, 8, 0, 0, 250_000, tzinfo=UTC)
    assert found.tzinfo is UTC


def test_no_instant_is_no_instant(engine: Engine) -> None:
    assert stored(engine, None) is None


def test_a_time_without_a_zone_is_never_stored(engine: Engine) -> None:
    with pytest.raises(StatementError, match="has no zone"):
        stored(engine, datetime.fromisoformat("2027-10-10 08:00"))


def test_listings_show_utc_to_the_second() -> None:
    assert iso_z(datetime(2027, 10, 10, 17, 0, 0, 999_999, tzinfo=TOKYO)) == "2027-10-10T08:00:00Z"


def test_now_is_in_utc() -> None:
    assert utc_now().tzinfo is UTC
