"""`python -m tests.faults`: breaks Beacon in every way it promises to survive, and prints what it showed."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tests.faults.catalogue import scenarios
from tests.faults.databases import Databases
from tests.faults.report import table, write_page
from tests.faults.running import Ledger, jobs, run_all
from tests.faults.scenario import DATABASES, Scale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.faults.figures import Figures
    from tests.faults.running import Job

STATE = Path("build/faults.json")
WIDTH = 120
"""Columns that the table needs."""
PAGE = Path("docs/faults.md")


def main() -> int:
    """Returns 0 when every scenario showed what it should, 1 when one did not, 130 when interrupted."""
    asked = _arguments()
    whole = asked.scenario is None and not asked.short
    ledger = Ledger(STATE if whole else None, _head(asked), resume=asked.resume)
    ledger.head["note"] = asked.note or ledger.head["note"]
    chosen = [(name, one) for name, one in scenarios() if asked.scenario in {None, name}]
    databases = DATABASES if asked.database == "both" else (asked.database,)
    scale = Scale(ledger.head["posts"], ledger.head["kills"], short=asked.short)
    todo = [job for job in jobs(chosen, databases, scale) if job not in ledger]
    console = Console(width=max(Console().width, WIDTH))
    try:
        _run(todo, ledger, console, beside=1 if asked.short else asked.beside)
    except KeyboardInterrupt:
        console.print("Interrupted; --resume goes on where this ended." if whole else "Interrupted.")
        return 130
    rows = [
        (name, one, database, figures)
        for name, one in chosen
        for database in DATABASES
        if (figures := ledger.total(name, database))
    ]
    console.print(table(rows))
    if whole:
        write_page(PAGE, rows, ledger.head)
        console.print(f"Written: {PAGE}")
    return 0 if all(figures.ok for *_, figures in rows) else 1


def _head(asked: argparse.Namespace) -> dict[str, Any]:
    """What the page says of the run."""
    return {
        "seed": asked.seed,
        "began": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}",
        "posts": asked.posts,
        "kills": asked.kills,
        "note": asked.note,
    }


def _run(todo: Sequence[Job], ledger: Ledger, console: Console, *, beside: int) -> None:
    with _progress(console) as progress, Databases() as places:
        task = progress.add_task("faults", total=len(todo))

        def tell(job: Job, figures: Figures) -> None:
            progress.advance(task)
            mark = "[green]ok[/]" if figures.ok else "[red]NOT ok[/]"
            progress.console.print(f"{mark} {job.id}  {figures.seconds:.0f} s", highlight=False)
            for broken in figures.broken:
                progress.console.print(f"   {broken}", style="red", markup=False, highlight=False)

        run_all(todo, places, int(ledger.head["seed"]), ledger, tell, beside=beside)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--scenario", choices=[name for name, _ in scenarios()], help="only this one")
    parser.add_argument("--database", choices=[*DATABASES, "both"], default="both")
    parser.add_argument("--posts", type=int, default=3000, help="random kills: posts on each database")
    parser.add_argument("--kills", type=int, default=500, help="random kills: kills on each database")
    parser.add_argument("--short", action="store_true", help="a few minutes; writes no page")
    parser.add_argument("--resume", action="store_true", help=f"go on with the run kept in {STATE}")
    parser.add_argument("--beside", type=int, default=2, help="cases that mostly wait, next to the others")
    parser.add_argument("--note", default="", help="a sentence on how it was run, for the page")
    parser.add_argument("--seed", type=int, default=20261123)
    return parser.parse_args()


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    )


if __name__ == "__main__":
    sys.exit(main())
