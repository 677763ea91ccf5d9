"""`beacon alerts ...`."""

from __future__ import annotations

from typing import Annotated

import typer

from campaigns.cli.options import AsJson

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="What staff are told: list, test, try again."
)


@app.command("list")
def list_(
    every: Annotated[bool, typer.Option("--all", help="Also what is over.")] = False,
    as_json: AsJson = False,
) -> None:
    """List what needs somebody, and whether they were told."""
    from campaigns.cli import alerting

    alerting.show_all(every=every, as_json=as_json)


@app.command("test")
def try_out(as_json: AsJson = False) -> None:
    """Send a test message to every target, and say which took it. Exit 1 when one did not."""
    from campaigns.cli import alerting

    alerting.test(as_json=as_json)


@app.command()
def retry(as_json: AsJson = False) -> None:
    """Try again to tell what was given up and still stands."""
    from campaigns.cli import alerting

    alerting.retry(as_json=as_json)
