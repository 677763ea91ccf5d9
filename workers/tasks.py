"""The one task: somebody should look at these lanes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.app import NUDGE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from celery import Celery


def register(app: Celery, nudge: Callable[[Iterable[int]], None]) -> None:
    """Teaches a worker's application the task; `nudge` gets account ids."""

    def beacon_nudge(account_ids: list[int]) -> None:
        nudge(account_ids)

    app.task(name=NUDGE)(beacon_nudge)
