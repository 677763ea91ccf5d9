"""How commands speak: JSON for programs, plain aligned text for people."""

from __future__ import annotations

import json
import os
import shutil
import sys
import unicodedata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.progress import Progress

_CONTROLS = {code: "�" for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"}
_CONTROLS |= dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])  # they reorder what stands after


def clean(text: str) -> str:
    """Text from outside as a terminal may show it: no escape sequences, nothing that reorders lines."""
    return text.translate(_CONTROLS)


def one_line(text: str, width: int = 60) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(clean(text).split())
    return line if len(line) <= width else line[: width - 1] + "…"


def print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def say(text: str = "") -> None:
    print(clean(text), flush=True)


def complain(text: str) -> None:
    """To standard error."""
    print(clean(text), file=sys.stderr, flush=True)


def table(headings: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str) -> None:
    """Aligned columns; the last one takes what room is left on a terminal and is whole in a pipe."""
    cells = [[one_line(str(cell), 500) for cell in row] for row in rows]
    if not cells:
        say(empty)
        return
    widths = [max(cells_wide(row[i]) for row in [list(headings), *cells]) for i in range(len(headings))]
    room = shutil.get_terminal_size().columns if sys.stdout.isatty() else 10_000
    widths[-1] = max(12, min(widths[-1], room - sum(widths[:-1]) - 2 * (len(widths) - 1)))
    line = "  ".join(pad(heading, width) for heading, width in zip(headings, widths, strict=True)).rstrip()
    print(f"\x1b[1m{line}\x1b[0m" if colour() else line)
    for row in cells:
        print("  ".join(pad(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip())


def cells_wide(text: str) -> int:
    """Columns a terminal needs for it: wide letters take two, combining marks none."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def pad(text: str, width: int) -> str:
    """Exactly `width` columns: filled with blanks, or cut with an ellipsis."""
    wide = cells_wide(text)
    if wide <= width:
        return text + " " * (width - wide)
    kept = ""
    for letter in text:
        if cells_wide(kept + letter) >= width:
            break
        kept += letter
    return pad(kept + "…", width)


def colour() -> bool:
    """Whether to use colour: on a terminal, unless NO_COLOR is set (no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def progress() -> Progress:
    """A progress bar on standard error; shows nothing where that is no terminal."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    return Progress(console=console, transient=True, disable=not console.is_terminal)
