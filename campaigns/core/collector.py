"""How often Python looks for rings of objects in a process that lives for months."""

from __future__ import annotations

import gc

YOUNG = 20_000
"""Objects made before the collector looks at them; Python's own number is 700."""


def collect_seldom() -> None:
    """All that was imported stays, so the collector need not look at it again; what comes and goes leaves few
    rings. By default a tenth of a burst of posts was spent looking, and a page now and then took twice its
    time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 20)
