"""How often Python looks for rings of objects in a process that lives for months."""

from __future__ import annotations

import gc

YOUNG = 20_000
"""Objects made before the collector looks at them; Python's own number is 700."""


SOON = 2_000
"""The same where people wait. A page leaves up to 1,800 objects in rings; to look through 20,000 took 60 ms,
for which one page in thirty had to wait."""


def collect_seldom(young: int = YOUNG) -> None:
    """What comes and goes leaves few rings. By default an eighth of a start, most of which is importing, was
    spent looking for them, a tenth of a burst of posts, and now and then as long again as a page takes."""
    gc.set_threshold(young, 20, 20)


def keep_what_is_there() -> None:
    """All that was imported stays, so the collector need not look at it again."""
    gc.collect()
    gc.freeze()
