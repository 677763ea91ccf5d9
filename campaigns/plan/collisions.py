"""Two posts on one account within minutes: rarely meant, so a note."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from campaigns.core.findings import Finding, Level
from campaigns.core.words import Counted, Sentence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from campaigns.plan.timeline import Planned

CLOSE = timedelta(minutes=5)


def collisions(placed: Iterable[tuple[str, Planned]], source: str) -> list[Finding]:
    """One note for each pair of posts that meet, at their first meeting; on the later post's line.

    `placed` holds account names and what is planned on them; `source` is the campaign file's name.
    """
    by_time = sorted(placed, key=lambda pair: (pair[0], pair[1].due_utc, pair[1].post.place))
    met: dict[tuple[int, int], tuple[Planned, Planned, list[str]]] = {}
    for (account, before), (same, after) in pairwise(by_time):
        if account != same or after.due_utc - before.due_utc > CLOSE:
            continue
        first, second = sorted((before, after), key=lambda planned: planned.post.place)
        accounts = met.setdefault((first.post.place, second.post.place), (first, second, []))[2]
        if account not in accounts:
            accounts.append(account)
    return [_note(first, second, accounts, source) for first, second, accounts in met.values()]


def _note(first: Planned, second: Planned, accounts: list[str], source: str) -> Finding:
    apart = abs(second.due_utc - first.due_utc) // timedelta(minutes=1)
    gap = Counted("%(n)s minute", "%(n)s minutes", apart) if apart else Sentence("less than a minute")
    other = (
        Sentence("the one on line %(line)s", line=str(first.post.line))
        if first.post.source or source
        else Sentence("another one")
    )
    return Finding(
        second.post.source or source,
        second.post.line,
        Level.NOTE,
        "close-together",
        Sentence(
            "This post and %(other)s go out on %(accounts)s %(gap)s apart, on %(date)s.",
            other=other,
            accounts=", ".join(accounts),
            gap=gap,
            date=second.wall.date(),
        ),
        Sentence("Nothing to do if that suits; else move one of them."),
    )
