"""What `beacon campaign` does with what was loaded: list, show, export, remove."""

from __future__ import annotations

from typing import TYPE_CHECKING

from campaigns.cli.install import open_install
from campaigns.cli.output import one_line, print_json, say, table
from campaigns.core.errors import Conflict
from campaigns.core.moments import iso_z, utc_now
from campaigns.models import WAITING, State
from campaigns.models.defaults import default_organisation
from campaigns.plan.exporting import campaign_text, export_campaign
from campaigns.plan.listing import list_campaigns, show_campaign
from campaigns.plan.loading.removing import remove_campaign

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def show_all(*, as_json: bool) -> None:
    with open_install() as install, install.reading() as session:
        lines = list_campaigns(session, default_organisation(session).id)
    if as_json:
        print_json([line.as_json() for line in lines])
        return
    table(
        ["SLUG", "FROM", "TO", "OUT", "TO GO", "NEXT (UTC)", "CAMPAIGN"],
        [
            [
                line.slug,
                line.starts,
                line.ends,
                line.deliveries.get(State.PUBLISHED, 0),
                _waiting(line.deliveries),
                "paused" if line.paused else iso_z(line.next_due) if line.next_due else "",
                line.title,
            ]
            for line in lines
        ],
        empty="No campaign yet: load one with `beacon campaign load FILE`.",
    )


def show_one(slug: str, *, as_json: bool) -> None:
    with open_install() as install, install.reading() as session:
        story = show_campaign(session, default_organisation(session).id, slug)
    if as_json:
        print_json(story.as_json())
        return
    line, spec = story.line, story.spec
    say(f"{line.title} ({slug}){', paused' if line.paused else ''}")
    say(f"{line.starts} to {line.ends}, {line.timezone}; accounts: {', '.join(spec.accounts)}")
    if spec.goal:
        say(f"Goal: {spec.goal}")
    say(", ".join(f"{count} {state}" for state, count in line.deliveries.items()) or "Nothing is planned.")
    say()
    table(
        ["ID", "WHEN", "OUT", "TO GO", "NEXT (UTC)", "TEXT"],
        [
            [
                post.id,
                "taken out" if post.removed else post.when,
                post.deliveries.get(State.PUBLISHED, 0),
                _waiting(post.deliveries),
                iso_z(post.next_due) if post.next_due else "",
                one_line(post.text),
            ]
            for post in story.posts
        ],
        empty="It has no posts.",
    )


def export(slug: str, to: Path | None, *, as_json: bool) -> None:
    """Without a folder, the file alone to standard output; with --json, as one object."""
    with open_install() as install, install.reading() as session:
        organisation = default_organisation(session).id
        if to is None:
            text = campaign_text(session, organisation, slug)
            print_json({"slug": slug, "file": text}) if as_json else print(text, end="")
            return
        written = export_campaign(session, organisation, slug, to, install.settings.media_dir)
    if as_json:
        print_json({"slug": slug, "path": str(written)})
    else:
        say(f"Written: {written}")


def remove(slug: str, person: str, *, yes: bool, as_json: bool) -> None:
    """Raises `Conflict` while posts wait, unless --yes says that they may be cancelled."""
    with open_install() as install, install.writing() as session:
        organisation = default_organisation(session).id
        waiting = _waiting(show_campaign(session, organisation, slug).line.deliveries)
        if waiting and not yes:
            raise Conflict(
                f"{waiting} posts of {slug} have not gone out yet and would be cancelled: add --yes to do so."
            )
        removed = remove_campaign(session, organisation, slug, person, utc_now())
    if as_json:
        print_json(
            {"slug": slug, "removed": True, "cancelled": removed.cancelled, "in_flight": removed.in_flight}
        )
        return
    say(f"Removed: {slug}. {removed.cancelled} posts were cancelled; what is out stays out.")
    if removed.in_flight:
        say(f"{removed.in_flight} posts were being sent just now and could not be taken back.")


def _waiting(deliveries: Mapping[str, int]) -> int:
    return sum(deliveries.get(state, 0) for state in WAITING)
