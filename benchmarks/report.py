"""The figures as tables: in the terminal, and as docs/benchmarks.md."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rich import box
from rich.table import Table

from benchmarks.catalogue import MEASURES, SCRIPTS
from benchmarks.missed import REASONS
from benchmarks.targets import TARGETS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rich.console import Console

    from benchmarks.harness.ledger import Ledger
    from benchmarks.harness.measure import Measure
    from benchmarks.targets import Target

UNKNOWN = "the reason is not known yet."
HEAD = """\
# Benchmarks: what Beacon takes, beside what people would pick instead

Written by `make bench`: one run, one machine, everything in turn; medians. Read the ratios: the absolute
figures say as much of the machine as of the code. Every process is a real one, every database syncs its
commits to disk, and Beacon's engine is the complete one: encrypted tokens, rates, attempts,
audit and the pause gate.
"""

AGAIN = """\
## Take it yourself

```console
$ make bench                        # everything but the ten million posts, within half an hour
$ make bench ARGS=--quick           # one smaller round of each, a few minutes
$ make bench ARGS="--only burst"    # one section; the others stay as they were
$ make bench ARGS=--resume          # go on after an interruption
$ make bench ARGS="--only rows"     # ten million posts for later: they take as long again to fill in
```

It needs nothing that it does not bring: PostgreSQL comes from the system or a package, the peers get an
environment of their own under `build/`, and BullMQ is measured where Node is. The code is in `benchmarks/`:
one file a measurement under `measures/`, each peer's under `peers/`. Better code for a peer is welcome.
"""


def show(console: Console, ledger: Ledger) -> None:
    for measure in MEASURES.values():
        if lines := _lines(measure, ledger):
            console.print(_table(measure.title, ["", *(column.head for column in measure.columns)], lines))
    for name in SCRIPTS:
        if said := ledger.said(name):
            console.print(f"[bold]{name}[/]\n{said}")
    console.print(_table("Promises", ["", "promised", "measured", ""], _promises(ledger)))


def write_page(path: Path, ledger: Ledger) -> None:
    """The whole page."""
    lines = [HEAD, *_how(ledger.head), *_verdicts(ledger)]
    for measure in MEASURES.values():
        lines += _section(measure, ledger)
    for name in SCRIPTS:
        if said := ledger.said(name):
            lines += [f"## `benchmarks/{name}.py`", "", "```text", said, "```", ""]
    path.write_text("\n".join([*lines, AGAIN]), "utf-8")


def _how(head: dict[str, Any]) -> list[str]:
    quick = " **A quick run: one small round of each.**" if head["quick"] else ""
    when = " to ".join(head[end].replace("T", " ").replace("+00:00", " UTC") for end in ("began", "ended"))
    return [
        "## The last run",
        "",
        f"{when}.{quick} {head['machine']}.",
        f"Load average at the start {head['load']:.1f}; each table says how much of the machine others took.",
        "",
        f"{_list(head['versions'])}. Peers: {_list(head['peers'])}.",
        *(["", head["note"]] if head.get("note") else []),
        "",
    ]


def _list(versions: dict[str, str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in versions.items())


def _verdicts(ledger: Ledger) -> list[str]:
    rows = _promises(ledger)
    return ["## Promises", "", *_markdown(["", "promised", "measured", ""], rows), "", *_missed(ledger)]


def _missed(ledger: Ledger) -> list[str]:
    """Every miss by the reason that somebody found."""
    missed: dict[str, list[str]] = {}
    for target in TARGETS:
        value = target.read(ledger)
        if value is not None and not target.holds(value):
            why = next((why for words, why in REASONS.items() if target.promise.startswith(words)), UNKNOWN)
            missed.setdefault(why, []).append(target.promise)
    lines = [f"- **{'; '.join(promises)}**: {why}" for why, promises in missed.items()]
    return ["### What is missed, and why", "", *lines, ""] if lines else []


def _promises(ledger: Ledger) -> list[list[str]]:
    return [[target.promise, target.limit, *_judged(target, target.read(ledger))] for target in TARGETS]


def _judged(target: Target, value: float | None) -> tuple[str, str]:
    if value is None:
        return "", "not measured"
    return f"{value:{target.form}}", "kept" if target.holds(value) else "**missed**"


def _section(measure: Measure, ledger: Ledger) -> list[str]:
    rows = _lines(measure, ledger)
    if not rows:
        return []
    counts = {len(ledger.rounds(measure.name, subject)) for subject in measure.subjects} - {0}
    rounds, up_to = max(counts), "up to " if len(counts) > 1 else ""
    others = ledger.spread(measure.name, measure.subjects, "foreign")
    beside = f" Others took {others[0]:.0%} to {others[1]:.0%} of the machine meanwhile." if others else ""
    taken = f"Medians of {up_to}{rounds}." if rounds > 1 else "One round."
    if measure.by_name:
        taken = f"{taken} Taken by itself, on {_day(ledger, measure)}."
    heads = ["", *(column.head for column in measure.columns)]
    return [
        f"## {measure.title}",
        "",
        f"{measure.told} {taken}{beside}",
        "",
        *_markdown(heads, rows),
        "",
        *(f"- {subject}: {why}" for subject, why in ledger.failures(measure.name).items()),
        "",
    ]


def _day(ledger: Ledger, measure: Measure) -> str:
    taken = [
        one["at"]
        for subject in measure.subjects
        for one in ledger.rounds(measure.name, subject)
        if "at" in one
    ]
    return f"{datetime.fromtimestamp(max(taken), UTC):%Y-%m-%d}" if taken else "a day that was not kept"


def _lines(measure: Measure, ledger: Ledger) -> list[list[str]]:
    lines = []
    for subject in measure.subjects:
        if ledger.rounds(measure.name, subject):
            values = [
                (column, ledger.median(measure.name, subject, column.key)) for column in measure.columns
            ]
            cells = ["" if value is None else f"{value:{column.form}}" for column, value in values]
            lines.append([subject, *cells])
    return lines


def _markdown(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    ruler = ["---", *["---:"] * (len(heads) - 1)]
    return [f"| {' | '.join(cells)} |" for cells in (heads, ruler, *rows)]


def _table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(title=title, title_justify="left", box=box.SIMPLE, padding=(0, 1), header_style="bold")
    for index, head in enumerate(heads):
        table.add_column(head, justify="right" if index else "left")
    for row in rows:
        table.add_row(*(cell.replace("**", "") for cell in row))
    return table
