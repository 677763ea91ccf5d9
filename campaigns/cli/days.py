"""`beacon days`."""

from __future__ import annotations

from typing import Annotated

import typer

from campaigns.cli.options import AsJson


def days(
    year: Annotated[
        int | None,
        typer.Option(
            metavar="YEAR", min=1971, max=2999, help="Of this year; else of the next twelve months."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List awareness days to plan against, each with where it was found."""
    from campaigns.cli import observing

    observing.show(year, as_json=as_json)
