"""`beacon backup` and `beacon restore`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from campaigns.cli.options import AsJson, AsPerson


def backup(
    to: Annotated[
        Path, typer.Argument(metavar="TO", help="The file to write, or a folder that gets a dated one.")
    ],
    as_json: AsJson = False,
) -> None:
    """Copy the database and the images into one file. Beacon may run meanwhile.

    The secret key is not in it: keep a copy of that apart.
    """
    from campaigns.cli import keeping

    keeping.back_up(to, as_json=as_json)


def restore(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="What `beacon backup` wrote.")] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Put it in the place of what is here, which is backed up first.")
    ] = False,
    already_back: Annotated[
        datetime | None,
        typer.Option(
            "--already-back",
            metavar="WHEN",
            formats=["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M%z", "%Y-%m-%d %H:%M"],
            help="The database was put back by other means, to what it was at this moment (UTC).",
        ),
    ] = None,
    person: AsPerson = "",
    as_json: AsJson = False,
) -> None:
    """Put a backup back. Nothing goes out until you resume, and nothing is sent twice.

    What was due since the backup was made may be out already: it is looked up, or you are asked.
    """
    from campaigns.cli import keeping

    if (file is None) == (already_back is None):
        raise typer.BadParameter("name the backup's file, or say --already-back WHEN.", param_hint="FILE")
    if file is not None:
        keeping.restore(file, person, replace=replace, as_json=as_json)
    elif already_back is not None:
        keeping.take_over(already_back, person, as_json=as_json)
