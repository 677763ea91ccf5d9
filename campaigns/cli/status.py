"""`beacon status`."""

from __future__ import annotations

from typing import Annotated

import typer

from campaigns.cli.options import AsJson


def status(
    watch: Annotated[bool, typer.Option("--watch", help="Keep showing it until Ctrl-C.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show what is due, sent, next and late, and which processes are up."""
    from campaigns.cli import watching

    if watch:
        watching.watch(as_json=as_json)
    else:
        watching.show(as_json=as_json)
