"""Whether the servers that an install leans on answer."""

from __future__ import annotations

import http.client
import json
import socket
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from campaigns.core.moments import utc_now
from workers.broker import answers, reaches

if TYPE_CHECKING:
    from config.settings import Settings

SECONDS = 3


def broker_trouble(settings: Settings) -> str | None:
    """What is wrong with the broker, in a sentence; None when it answers."""
    if not settings.redis_url:
        try:
            told = json.loads((settings.run_dir / "valkey.json").read_text("utf-8"))
        except (OSError, ValueError):
            return "The broker of our own is not running."
        return None if answers(told["socket"]) else "The broker of our own does not answer."
    place = urlsplit(settings.redis_url).hostname or "its socket"
    return None if reaches(settings.redis_url) else f"The broker at {place} does not answer."


def practice_trouble(server: str) -> str | None:
    """What is wrong with a practice platform, in a sentence; None when something listens there."""
    place = urlsplit(server)
    try:
        socket.create_connection((place.hostname or "", place.port or 80), timeout=SECONDS).close()
    except OSError:
        return f"An account practises at {server}, but nothing runs there."
    return None


def seconds_off(server: str) -> float | None:
    """How far our wall clock is from a server's, as its answer is dated: to the second. None: it is not
    dated, or there is no answer, which is no matter of clocks."""
    place = urlsplit(server)
    kind = http.client.HTTPSConnection if place.scheme == "https" else http.client.HTTPConnection
    line = kind(place.hostname or "", place.port, timeout=SECONDS)
    try:
        line.request("HEAD", "/")
        dated = line.getresponse().getheader("date", "")
        return abs((utc_now() - parsedate_to_datetime(dated)).total_seconds())
    except (OSError, http.client.HTTPException, ValueError, TypeError):
        return None
    finally:
        line.close()
