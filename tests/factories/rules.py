"""A platform as simple as can be, for what holds on any platform."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from campaigns.platforms.contract import Limits

if TYPE_CHECKING:
    from collections.abc import Mapping

_TAG = re.compile(r"(?<!\S)#(\w*[^\W\d]\w*)")  # like Bluesky's: only after white space


@dataclass
class PlainRules:
    """Counts code points; a warning field counts too."""

    warning_is_field: bool = True
    name: str = "plain"
    label: str = "Plain"
    unit: str = "characters"

    def profile(self, server: str, handle: str) -> str:
        return f"{server}/{handle}"

    def limits(self, told: Mapping[str, Any]) -> Limits:
        return Limits(length=told.get("length", 280))

    def length(self, text: str, limits: Limits, warning: str | None = None) -> int:
        del limits
        return len(text) + len(warning or "")

    def tag_trouble(self, tag: str) -> str | None:
        if re.search(r"\W", tag):
            return "only letters, digits and _ link"
        return None if _TAG.fullmatch(f"#{tag}") else "digits alone never link"

    def facets(self, text: str) -> list[tuple[int, int]]:
        return [found.span() for found in _TAG.finditer(text)]
