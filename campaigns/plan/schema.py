"""The JSON Schema of a campaign file, from the same description that the reader follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from campaigns.plan.containers import Record
from campaigns.plan.keys import CAMPAIGN

if TYPE_CHECKING:
    from campaigns.plan.containers import Key
    from campaigns.plan.shapes import Shape

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def campaign_schema() -> dict[str, Any]:
    """JSON Schema 2020-12. What it refuses the reader refuses; the reader knows more: zones, the calendar."""
    return {
        "$schema": DIALECT,
        "title": "Beacon campaign",
        **_object(CAMPAIGN),
        "$defs": {record.name: _object(record) for record in _records_in(CAMPAIGN)},
    }


def _object(record: Record) -> dict[str, Any]:
    return {
        "type": "object",
        "description": record.help,
        "additionalProperties": False,
        "required": [key.name for key in record.keys if key.required],
        "properties": {key.name: _property(key) for key in record.keys},
        **record.rules,
    }


def _property(key: Key) -> dict[str, Any]:
    described = {"description": key.help, **key.shape.schema()}
    return described if key.example is None else {**described, "examples": [key.example]}


def _records_in(record: Record) -> list[Record]:
    """Every record inside this one, once, in the order in which a reader meets them."""
    found: dict[str, Record] = {}

    def walk(shape: Shape) -> None:
        for part in shape.parts():
            if isinstance(part, Record):
                found.setdefault(part.name, part)
            walk(part)

    walk(record)
    return list(found.values())
