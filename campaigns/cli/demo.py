"""`beacon demo`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def demo(
    until_done: Annotated[
        bool, typer.Option("--until-done", help="End by itself once the sample campaign is out.")
    ] = False,
    folder: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the demo keeps its data.")] = Path(
        ".demo"
    ),
) -> None:
    """Watch a sample campaign go out, on this machine only: nothing to configure, no account, no key."""
    from campaigns.cli.becoming import become

    become("campaigns.cli.demonstrating", str(folder), *(["--until-done"] if until_done else []))
