"""`beacon retain`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from campaigns.cli.options import AsJson


def retain(
    days: Annotated[
        int | None, typer.Option("--days", metavar="DAYS", min=30, help="Instead of BEACON_RETAIN_DAYS.")
    ] = None,
    export: Annotated[
        Path | None,
        typer.Option("--export", metavar="FOLDER", help="Write what goes there first, as JSON lines."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Delete the details of what has long been over. The clock does it every hour where a setting says so.

    Nothing that is not finished is touched, and the counts of a campaign stay.
    """
    from campaigns.cli import keeping

    keeping.retain(days, export, as_json=as_json)
