"""`beacon campaign ...`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from campaigns.cli.options import AllowEssential, AsJson, AsPerson, Timeout, Yes

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Campaign files and what became of them.")
QueueOnly = Annotated[
    bool, typer.Option("--queue", help="Only of its queue: posts with a time of their own go on.")
]
File = Annotated[Path, typer.Argument(metavar="FILE", help="A campaign file (YAML).")]
Slug = Annotated[str, typer.Argument(metavar="SLUG", help="The campaign's slug.")]


@app.command()
def schema(as_json: AsJson = True) -> None:
    """Print the JSON Schema of campaign files, for editors; it is JSON in any case."""
    del as_json
    from campaigns.cli.files import show_schema

    show_schema()


@app.command()
def check(file: File, as_json: AsJson = False) -> None:
    """Name every problem and note in a file. Exit 1 when there is a problem."""
    from campaigns.cli.files import check

    check(file, as_json=as_json)


@app.command()
def rehearse(file: File, as_json: AsJson = False) -> None:
    """Show what would go out, when and how it would read, without sending anything."""
    from campaigns.cli.files import rehearse

    rehearse(file, as_json=as_json)


@app.command()
def load(
    file: File,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
    yes: Yes = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Let another title take over a known slug.")
    ] = False,
    person: AsPerson = "",
    as_json: AsJson = False,
) -> None:
    """Load a campaign, or what has changed in it."""
    from campaigns.cli.files import load

    load(file, dry_run=dry_run, yes=yes, replace=replace, person=person, as_json=as_json)


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the campaigns."""
    from campaigns.cli import campaigns

    campaigns.show_all(as_json=as_json)


@app.command()
def show(slug: Slug, as_json: AsJson = False) -> None:
    """Show one campaign and how far it is."""
    from campaigns.cli import campaigns

    campaigns.show_one(slug, as_json=as_json)


@app.command()
def export(
    slug: Slug,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FOLDER", help="Write the file and its images here.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print a campaign as a file that loads again; with --to, write it with its images."""
    from campaigns.cli import campaigns

    campaigns.export(slug, to, as_json=as_json)


@app.command()
def pause(
    slug: Slug,
    queue: QueueOnly = False,
    allow_essential: AllowEssential = False,
    timeout: Timeout = None,
    person: AsPerson = "",
    as_json: AsJson = False,
) -> None:
    """Send nothing more of one campaign; returns once nothing of it is in flight."""
    from campaigns.cli import pausing

    if queue:
        pausing.pause_queue(slug, person, allow_essential=allow_essential, timeout=timeout, as_json=as_json)
    else:
        pausing.pause_campaign(
            slug, person, allow_essential=allow_essential, timeout=timeout, as_json=as_json
        )


@app.command()
def resume(slug: Slug, queue: QueueOnly = False, person: AsPerson = "", as_json: AsJson = False) -> None:
    """Let a campaign go on, and its queue with it; with --queue, only its queue."""
    from campaigns.cli import pausing

    resume = pausing.resume_queue if queue else pausing.resume_campaign
    resume(slug, person, as_json=as_json)


@app.command()
def remove(slug: Slug, yes: Yes = False, person: AsPerson = "", as_json: AsJson = False) -> None:
    """Take a campaign out: what waits is cancelled, what is out stays out."""
    from campaigns.cli import campaigns

    campaigns.remove(slug, person, yes=yes, as_json=as_json)
