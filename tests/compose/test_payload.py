"""What is kept of a part, and when its key changes."""

from __future__ import annotations

from typing import Any

import pytest

from campaigns.compose.drafts import ComposedPart
from campaigns.compose.payload import part_key, payload

PART = ComposedPart("Hola", "Salud mental", 16, 500)
KEPT = payload(PART, language="es", media=[(7, "A door")])


def test_a_payload_holds_all_that_is_sent_and_nothing_else() -> None:
    assert KEPT == {
        "text": "Hola",
        "content_warning": "Salud mental",
        "language": "es",
        "media": [{"id": 7, "alt": "A door"}],
    }


def test_a_key_is_the_same_however_the_payload_was_stored() -> None:
    key = part_key(1, 0, KEPT)
    assert key == part_key(1, 0, dict(reversed(KEPT.items())))
    assert len(key) == 64


@pytest.mark.parametrize(
    "change", [{"text": "Hola."}, {"language": "en"}, {"content_warning": None}, {"media": []}]
)
def test_any_edit_gives_another_key(change: dict[str, Any]) -> None:
    assert part_key(1, 0, {**KEPT, **change}) != part_key(1, 0, KEPT)


def test_another_place_or_delivery_gives_another_key() -> None:
    assert len({part_key(1, 0, KEPT), part_key(1, 1, KEPT), part_key(2, 0, KEPT), part_key(11, 0, KEPT)}) == 4
