"""What a browser is called, from what it says of itself: only so that people tell theirs apart."""

from __future__ import annotations

# The first that occurs counts: nearly every browser also claims to be Chrome, Safari and Mozilla.
NAMES = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser_name(agent: str) -> str:
    """`Firefox, Linux`; what cannot be read is cut short and shown as it is."""
    found = [next((name for mark, name in known if mark in agent), "") for known in (NAMES, SYSTEMS)]
    return ", ".join(filter(None, found)) or agent[:40]
