"""How long a platform asks us to wait, in the several ways that platforms say it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 86_400.0  # seconds; X's longest window is a day, and a wrong clock must not stop us for years

_RESETS = ("x-rate-limit-reset", "ratelimit-reset", "x-ratelimit-reset")
_NUMBER = re.compile(r"\d{1,15}(\.\d{1,9})?", re.ASCII)
_EPOCH_FROM = 1e9  # a larger number is an instant (2001 and on), a smaller one a span
_MILLIS_FROM = 1e12


def wait_asked_for(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait: `Retry-After`, else a reset header; None when neither can be read.

    Retry-After is seconds or an HTTP date (RFC 9110, 10.2.3). A reset is seconds, epoch seconds
    (X, Bluesky) or ISO 8601 (Mastodon). Instants are compared with the server's own `Date`, if
    it gave one, so that two clocks that disagree do no harm.
    """
    low = {name.lower(): value for name, value in headers.items()}
    now = _http_date(low.get("date", "")) or datetime.now(UTC)
    for name in ("retry-after", *_RESETS):
        wait = _wait(low.get(name, "").strip(), now)
        if wait is not None:
            return min(max(wait, 0.0), LONGEST)
    return None


def _wait(said: str, now: datetime) -> float | None:
    if _NUMBER.fullmatch(said):
        number = float(said)
        if number >= _MILLIS_FROM:
            number /= 1000
        return number - now.timestamp() if number >= _EPOCH_FROM else number
    instant = _http_date(said) or _iso(said)
    return (instant - now).total_seconds() if instant else None


def _http_date(said: str) -> datetime | None:
    try:
        return _aware(parsedate_to_datetime(said))
    except (ValueError, OverflowError):
        return None


def _iso(said: str) -> datetime | None:
    try:
        return _aware(datetime.fromisoformat(said))
    except ValueError:
        return None


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
