"""Column kinds that the tables share."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Integer
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from campaigns.core.moments import UtcDateTime

BigId: Any = BigInteger().with_variant(Integer, "sqlite")
Json: Any = JSON().with_variant(JSONB(), "postgresql")


def primary_key() -> Any:
    return Field(default=None, primary_key=True, sa_type=BigId)


def reference(to: str, *, nullable: bool = False, index: bool = False) -> Any:
    if nullable:
        return Field(default=None, foreign_key=to, sa_type=BigId, nullable=True, index=index)
    return Field(foreign_key=to, sa_type=BigId, nullable=False, index=index)


def instant(*, nullable: bool = False, default: Any = ...) -> Any:
    if nullable:
        return Field(default=None, sa_type=UtcDateTime, nullable=True)
    return Field(default, sa_type=UtcDateTime, nullable=False)


def json_list() -> Any:
    return Field(default_factory=list, sa_type=Json, nullable=False)


def json_object() -> Any:
    return Field(default_factory=dict, sa_type=Json, nullable=False)


def json_or_none() -> Any:
    return Field(
        default=None,
        sa_type=JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"),
        nullable=True,
    )
