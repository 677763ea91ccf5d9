"""Who edits, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from campaigns.plan.drafting import Bench

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from campaigns.core.findings import Finding
    from campaigns.plan.loading.changes import Change
    from campaigns.plan.planning import Entry

MOST_AT_ONCE = 200
"""Posts in one edit: with deliveries on a few accounts each, what a slow disk writes in 250 ms."""


@dataclass(frozen=True, slots=True)
class Editor:
    """`session` is of a writing transaction, which the caller commits; for a `dry_run` any will do."""

    session: Session
    organisation_id: int
    person: str  # for the audit trail
    now: datetime
    dry_run: bool = False
    expected: str = ""  # the `mark` of a dry run that somebody has seen: nothing but that is done
    bench: Bench = field(default_factory=Bench)


@dataclass(frozen=True, slots=True)
class Edited:
    findings: list[Finding]
    changes: list[Change]  # what was, or would be, done
    applied: bool
    posts: tuple[int, ...] = ()  # ids in the order of the call; 0 for one that is not made yet
    entries: tuple[Entry, ...] = ()  # what would go out of them: where, when, in which words
    says: tuple[str, ...] = ()  # beside `posts`, what each says
    deliveries: int = 0  # how many are planned, changed or cancelled
    mark: str = ""  # of exactly these changes; the same as long as nothing else happens
    overtaken: bool = False  # other changes would be made now than those that were expected
