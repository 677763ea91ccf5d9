"""What `beacon campaign` does with files: schema, check, rehearse, load."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from campaigns.cli.install import open_install
from campaigns.cli.output import clean, colour, complain, print_json, progress, say
from campaigns.cli.rehearsal import print_timeline, print_weeks
from campaigns.core.findings import Level, has_problem
from campaigns.core.moments import utc_now
from campaigns.models.defaults import default_organisation
from campaigns.plan.checking import check_campaign
from campaigns.plan.drafting import Bench
from campaigns.plan.loading.changes import counted
from campaigns.plan.loading.images import keep_files
from campaigns.plan.loading.load import load as load_campaign
from campaigns.plan.reading import read_campaign
from campaigns.plan.rehearsing import rehearse as plan_rehearsal
from campaigns.plan.schema import campaign_schema

if TYPE_CHECKING:
    from pathlib import Path

    from campaigns.core.findings import Finding
    from campaigns.plan.loading.load import Loaded


def show_schema() -> None:
    print_json(campaign_schema())


def check(file: Path, *, as_json: bool) -> None:
    """Exit 1 when there is a problem; notes alone are fine."""
    with open_install() as install, progress() as bar, install.reading() as session:
        task = bar.add_task(f"Checking {file.name}", total=None)
        checked = check_campaign(
            session,
            default_organisation(session).id,
            read_campaign(file),
            utc_now(),
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    if as_json:
        print_json([finding.as_json() for finding in checked.findings])
    else:
        print_findings(checked.findings)
        say(_verdict(checked.findings))
    if has_problem(checked.findings):
        sys.exit(1)


def rehearse(file: Path, *, as_json: bool) -> None:
    """Exit 1 when there is a problem. With --json, other findings go to standard error."""
    with open_install() as install, progress() as bar, install.reading() as session:
        task = bar.add_task(f"Rehearsing {file.name}", total=None)
        checked = check_campaign(
            session,
            default_organisation(session).id,
            read_campaign(file),
            utc_now(),
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    deliveries = plan_rehearsal(checked)
    if as_json:
        print_json([delivery.as_json() for delivery in deliveries])
        told = {what for delivery in deliveries for what in delivery.problems + delivery.notes}
        for finding in checked.findings:
            if finding.what not in told:
                complain(str(finding))
    else:
        print_timeline(deliveries)
        print_weeks(deliveries)
        print_findings(checked.findings)
        going = _count(len(deliveries), "post").capitalize()
        say(f"{going} would go out; nothing was sent. {_verdict(checked.findings)}")
    if has_problem(checked.findings):
        sys.exit(1)


def load(file: Path, *, dry_run: bool, yes: bool, replace: bool, person: str, as_json: bool) -> None:
    """Exit 1 when nothing could be loaded: a problem, or a doubtful pair without --yes."""
    read, bench = read_campaign(file), Bench()
    with open_install() as install, progress() as bar:
        task = bar.add_task(f"Loading {file.name}", total=None)

        def show(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        with install.reading() as session:  # composes everything beforehand: the write below is short
            organisation = default_organisation(session).id
            checked = check_campaign(session, organisation, read, utc_now(), bench=bench, progress=show)
        if checked.plan and not dry_run and not has_problem(checked.findings):
            keep_files(checked.plan, install.settings.media_dir)
        with install.writing() as session:
            loaded = load_campaign(
                session,
                organisation,
                read,
                utc_now(),
                person=person,
                media_dir=install.settings.media_dir,
                dry_run=dry_run,
                yes=yes,
                replace=replace,
                bench=bench,
            )
    if as_json:
        print_json(
            {
                "applied": loaded.applied,
                "needs_yes": loaded.needs_yes,
                "changes": [change.as_json() for change in loaded.changes],
                "findings": [finding.as_json() for finding in loaded.findings],
            }
        )
    else:
        _print_loaded(loaded, dry_run=dry_run)
    if not loaded.applied and not (dry_run and not has_problem(loaded.findings)):
        sys.exit(1)


def print_findings(findings: list[Finding]) -> None:
    for finding in findings:
        line = str(finding).replace("\n", " ")
        problem = finding.level is Level.PROBLEM
        if colour():
            print(f"\x1b[{31 if problem else 33}m{clean(line)}\x1b[0m")
        else:
            say(line)


def _print_loaded(loaded: Loaded, *, dry_run: bool) -> None:
    print_findings(loaded.findings)
    for change in loaded.changes:
        say(f"{change.kind}: {change.what}")
        if change.old and change.new:
            say(f"    was: {' '.join(change.old.split())}")
            say(f"    now: {' '.join(change.new.split())}")
    if has_problem(loaded.findings):
        say(f"Nothing was loaded. {_verdict(loaded.findings)}")
    elif loaded.needs_yes:
        say("Nothing was loaded: some posts were matched only by their place. Look, then add --yes.")
    elif not loaded.changes:
        say("Nothing has changed.")
    else:
        say(f"{'Would change' if dry_run else 'Loaded'}: {counted(loaded.changes)}.")


def _verdict(findings: list[Finding]) -> str:
    problems = sum(finding.level is Level.PROBLEM for finding in findings)
    notes = len(findings) - problems
    if not findings:
        return "Nothing to mend."
    verdict = f"{_count(problems, 'problem')}, {_count(notes, 'note')}."
    return verdict[0].upper() + verdict[1:]


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"
