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

    from campaigns.plan.loading import Loaded
    from campaigns.plan.reading import Read
    from campaigns.web.base.visit import Visit


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
                expected=mark or "nothing was seen",
            )
