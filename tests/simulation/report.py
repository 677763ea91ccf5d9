"""What a run of many seeds saw, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from campaigns.models.states import ARROWS
from tests.simulation.faults import EXPECTED

if TYPE_CHECKING:
    from tests.simulation.coverage import Coverage


def report(coverage: Coverage, seeds: int, days: int, seconds: float, failed: list[int]) -> str:
    rate = seeds * days / seconds * 60
    lines = ["", "what happened:"]
    lines += [f"  {count:8d}  {kind}" for kind, count in sorted(coverage.kinds.items())]
    lines += ["", "figures:"]
    lines += [f"  {count:8d}  {kind}" for kind, count in sorted(coverage.figures.items())]
    never = [kind for kind in EXPECTED if not coverage.kinds[kind]]
    lines += ["", f"never seen: {', '.join(never) or 'none'}"]
    lines += ["", "arrows:"]
    lines += [
        f"  {coverage.arrows[before, after]:8d}  {before} -> {after}" for before, after in sorted(ARROWS)
    ]
    lines += ["", f"{seeds} seeds, {seeds * days} campaign-days in {seconds:.1f} s: {rate:.0f} a minute"]
    lines.append(f"{len(failed)} seeds failed{': ' + ', '.join(map(str, failed[:50])) if failed else ''}")
    return "\n".join(lines)
