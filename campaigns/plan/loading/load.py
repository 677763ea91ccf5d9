"""A campaign file goes in: checked, compared with what was loaded before, and written in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from campaigns.core.findings import Finding, Level, has_problem
from campaigns.core.words import Sentence
from campaigns.plan.checking import check_campaign
from campaigns.plan.loading.applying import Applier, note
from campaigns.plan.loading.changes import counted
from campaigns.plan.loading.diff import Differ
from campaigns.plan.loading.images import keep_images, known_images
from campaigns.plan.loading.locks import lock_campaign
from campaigns.plan.loading.scheduling import read_payloads
from campaigns.plan.matching import How
from campaigns.plan.timeline import HORIZON

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlmodel import Session

    from campaigns.plan.drafting import Bench, Progress
    from campaigns.plan.loading.changes import Change
    from campaigns.plan.planning import Plan
    from campaigns.plan.reading import Read


@dataclass(frozen=True, slots=True)
class Loaded:
    findings: list[Finding]
    changes: list[Change]  # what was, or would be, done
    applied: bool
    needs_yes: bool = False  # only doubtful pairs stand in the way
    mark: str = ""  # of exactly these changes; the same as long as nothing else happens
    overtaken: bool = False  # other changes would be made now than those that were expected


def load(
    session: Session,
    organisation_id: int,
    read: Read,
    now: datetime,
    *,
    person: str,
    media_dir: Path,
    dry_run: bool = False,
    yes: bool = False,
    replace: bool = False,
    bench: Bench | None = None,
    progress: Progress | None = None,
    expected: str = "",
    action: str = "campaign.load",
) -> Loaded:
    """Loads a file that was read; on any problem nothing is written.

    `session` is the one of a writing transaction, which the caller commits. `dry_run` only looks; `yes`
    accepts doubtful pairs; `replace` lets another campaign title take a known slug. With the `bench` of
    a check made just before, the transaction is short. `expected` is the `mark` of a dry run that
    somebody has seen: nothing but that is done. `action` is for the audit trail.
    Raises `Conflict` when an image changes meanwhile.
    """
    if read.spec and not dry_run:
        lock_campaign(session, organisation_id, read.spec.slug)
    checked = check_campaign(
        session, organisation_id, read, now, bench=bench, horizon=HORIZON, progress=progress
    )
    plan = checked.plan
    if plan is None or has_problem(checked.findings):
        return Loaded(checked.findings, [], applied=False)
    payloads = read_payloads(session, plan.stored) if plan.stored else {}
    diff = Differ(plan, payloads, known_images(session, organisation_id), now).diff()
    line = read.line_of("campaign")
    other = _archived(plan, line) or ([] if replace else _another_campaign(plan, line))
    doubtful = not yes and any(match.how is How.PLACE for match in plan.matches)
    findings = sorted({*checked.findings, *diff.findings, *other})
    mark = diff.mark
    overtaken = expected not in {"", mark}
    if dry_run or doubtful or other or overtaken:
        unsure = doubtful and not other
        return Loaded(findings, diff.changes, applied=False, needs_yes=unsure, mark=mark, overtaken=overtaken)
    if diff.changes or diff.work.campaign:  # a campaign may begin without any post
        media_ids = keep_images(session, organisation_id, plan, media_dir, now)
        Applier(session, organisation_id, plan, diff, now, person).apply(media_ids)
        note(session, organisation_id, now, person, action, plan.spec.slug, counted(diff.changes))
    return Loaded(findings, diff.changes, applied=True, mark=mark)


def _archived(plan: Plan, line: int) -> list[Finding]:
    """What of it went out is no longer known one by one, so nothing can be compared with it."""
    if plan.stored is None or plan.stored.campaign.archived_utc is None:
        return []
    return [
        Finding(
            plan.spec.source,
            line,
            Level.PROBLEM,
            "archived",
            Sentence("The campaign %(slug)s is over, and its posts were archived.", slug=plan.spec.slug),
            Sentence("Give this one a slug of its own, such as the next year's."),
        )
    ]


def _another_campaign(plan: Plan, line: int) -> list[Finding]:
    """The slug is the identity: a known one under another title is more likely a slip than a new name."""
    if plan.stored is None or plan.stored.campaign.title == plan.spec.title:
        return []
    return [
        Finding(
            plan.spec.source,
            line,
            Level.PROBLEM,
            "another-campaign",
            Sentence(
                "The slug %(slug)s belongs to the campaign %(title)s.",
                slug=plan.spec.slug,
                title=repr(plan.stored.campaign.title),
            ),
            Sentence("Give this campaign a slug of its own; or load with --replace to rename the other."),
        )
    ]
