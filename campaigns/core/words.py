"""Sentences that are written in one place and translated in another."""

from __future__ import annotations


def N_(message: str) -> str:  # noqa: N802 - the name by which gettext's tools know it
    """Marks a sentence that is translated later, where it is shown."""
    return message
