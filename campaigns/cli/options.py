"""Options that many commands share."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer


def os_user() -> str:
    """Who is at the keyboard, as the operating system knows them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return "unknown"


AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
AsPerson = Annotated[
    str,
    typer.Option(
        "--as",
        metavar="PERSON",
        callback=lambda person: person or os_user(),
        help="Who does this, for the audit log; you if left out.",
    ),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]
Timeout = Annotated[
    float | None,
    typer.Option(
        "--timeout", metavar="SECONDS", min=0, help="Give up waiting after this long; the pause stays on."
    ),
]
AllowEssential = Annotated[
    bool, typer.Option("--allow-essential", help="Posts marked essential still go out.")
]
