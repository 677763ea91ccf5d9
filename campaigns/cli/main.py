"""The `beacon` command. The noun files import only Typer; what a command needs, it imports when it runs."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from campaigns.cli import (
    account,
    alerts,
    backup,
    campaign,
    days,
    demo,
    doctor,
    init,
    pause,
    person,
    post,
    prepare,
    processes,
    retain,
    status,
)
from campaigns.cli.guard import guarded


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"beacon {version('beacon-campaigns')}")
        raise typer.Exit


app = typer.Typer(
    name="beacon",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # importing rich costs more than all else that --help does
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def beacon(
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Plan a campaign in one file; its posts go out by themselves, on time, never twice."""


app.command()(init.init)
app.command()(processes.up)
app.command()(processes.web)
app.command()(processes.clock)
app.command()(processes.worker)
app.command()(processes.practice)
app.command()(demo.demo)
app.command()(doctor.doctor)
app.command()(status.status)
app.command()(days.days)
app.command()(pause.pause)
app.command()(pause.resume)
app.command()(backup.backup)
app.command()(backup.restore)
app.command()(retain.retain)
app.add_typer(account.app, name="account")
app.add_typer(alerts.app, name="alerts")
app.add_typer(campaign.app, name="campaign")
app.add_typer(person.app, name="person")
app.add_typer(post.app, name="post")
app.add_typer(prepare.app, name="prepare")


def main(arguments: list[str] | None = None) -> int:
    """Runs one command. Returns 0 fine, 1 a problem found, 2 misuse, 130 interrupted; never a traceback."""
    return guarded(lambda: app(arguments, prog_name="beacon"))


def run() -> None:
    """The entry point of the `beacon` command."""
    sys.exit(main())
