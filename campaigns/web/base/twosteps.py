"""A change of plans in two steps: what it would do is shown, and then exactly that is done, or nothing.

What is imported within functions is all that plans a campaign: pages that plan nothing need not hold it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from campaigns.core.findings import has_problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlmodel import Session

    from campaigns.plan.drafting import Bench
    from campaigns.plan.editing import Edited, Editor
    from campaigns.plan.loading import Loaded
    from campaigns.plan.reading import Read
    from campaigns.web.base.visit import Visit


NOTHING_SEEN = "nothing was seen"
"""The mark of a form that lost its own: it matches nothing, so what would be done is shown again."""


@dataclass(frozen=True, slots=True)
class Edits:
    """The same for an edit of posts or settings."""

    visit: Visit
    edit: Callable[[Editor], Edited]

    def look(self) -> Edited:
        return self._look()[0]

    def do(self) -> Edited:
        """At once: for what nobody need see first."""
        from campaigns.plan.editing import Editor  # noqa: PLC0415

        visit = self.visit
        with visit.writing() as session:
            return self.edit(Editor(session, visit.organisation_id, visit.name, visit.now))

    def apply(self, mark: str) -> Edited:
        """Does what the mark names. Composed beforehand, so that the writing itself is short."""
        from campaigns.plan.editing import Editor  # noqa: PLC0415

        visit = self.visit
        seen, bench = self._look()
        if has_problem(seen.findings):
            return seen
        with visit.writing() as session:
            return self.edit(
                Editor(
                    session,
                    visit.organisation_id,
                    visit.name,
                    visit.now,
                    expected=mark or NOTHING_SEEN,
                    bench=bench,
                )
            )

    def _look(self) -> tuple[Edited, Bench]:
        from campaigns.plan.editing import Editor  # noqa: PLC0415

        visit = self.visit
        with visit.reading() as session:
            editor = Editor(session, visit.organisation_id, visit.name, visit.now, dry_run=True)
            return self.edit(editor), editor.bench


@dataclass(frozen=True, slots=True)
class TwoSteps:
    """`read` says what the campaign is to be; it is asked anew at each step, since the database goes on."""

    visit: Visit
    read: Callable[[Session], Read]
    replace: bool = False  # a known slug may get another title

    def look(self) -> Loaded:
        """What would be done; its `mark` goes into the form of the second step."""
        from campaigns.plan.loading import load  # noqa: PLC0415

        visit = self.visit
        with visit.reading() as session:
            return load(
                session,
                visit.organisation_id,
                self.read(session),
                visit.now,
                person=visit.name,
                media_dir=visit.settings.media_dir,
                dry_run=True,
                replace=self.replace,
            )

    def apply(self, mark: str) -> Loaded:
        """Does what the mark names. Composed beforehand, so that the writing itself is short."""
        from campaigns.plan.checking import check_campaign  # noqa: PLC0415
        from campaigns.plan.drafting import Bench  # noqa: PLC0415
        from campaigns.plan.loading import keep_files, load  # noqa: PLC0415
        from campaigns.plan.timeline import HORIZON  # noqa: PLC0415

        visit, bench = self.visit, Bench()
        with visit.reading() as session:
            read = self.read(session)
            checked = check_campaign(
                session, visit.organisation_id, read, visit.now, bench=bench, horizon=HORIZON
            )
        if checked.plan and not has_problem(checked.findings):
            keep_files(checked.plan, visit.settings.media_dir)
        with visit.writing() as session:
            return load(
                session,
                visit.organisation_id,
                self.read(session),
                visit.now,
                person=visit.name,
                media_dir=visit.settings.media_dir,
                yes=True,
                replace=self.replace,
                bench=bench,
                expected=mark or NOTHING_SEEN,
            )
