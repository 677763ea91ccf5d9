"""Checks and loads a campaign of 10,000 posts on a fresh SQLite database; prints seconds and peak memory.

Run: .venv/bin/python benchmarks/load_10k.py [POSTS]

The goal: both together under 10 s and 300 MB, imports included.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time

START = time.perf_counter()

from datetime import UTC, datetime, timedelta  # noqa: E402 - imports are part of what is measured
from pathlib import Path  # noqa: E402

from campaigns.core.db import open_engine, read_session, write_session  # noqa: E402
from campaigns.migrations import upgrade  # noqa: E402
from campaigns.models import Account  # noqa: E402
from campaigns.models.defaults import default_organisation  # noqa: E402
from campaigns.plan.checking import check_campaign  # noqa: E402
from campaigns.plan.drafting import Bench  # noqa: E402
from campaigns.plan.loading import load  # noqa: E402
from campaigns.plan.reading import read_campaign  # noqa: E402

NOW = datetime(2027, 1, 1, tzinfo=UTC)
HEAD = """\
campaign: A year of words
slug: year-of-words
timezone: Europe/London
starts: 2027-01-02
ends: 2027-12-31
languages: [en]
hashtags: {primary: WorldMentalHealthDay, supporting: [TimeToTalk, MentalHealthMatters]}
accounts: [practice]
queue: {slots: [{days: [mon, tue, wed, thu, fri], at: "09:00"}]}
posts:
"""


def campaign_file(folder: Path, posts: int) -> Path:
    """Posts with `at`, half an hour apart, every tenth a thread."""
    lines = [HEAD]
    for number in range(posts):
        at = datetime(2027, 1, 2, tzinfo=UTC) + timedelta(minutes=30 * number)
        lines.append(
            f'  - text: "Thought {number}: a conversation can change a day. Who do you call? {{hashtags}}"\n'
            f"    at: {at:%Y-%m-%d %H:%M}\n"
        )
        if number % 10 == 0:
            lines.append('    thread: ["How are you, really?", "What would help right now?"]\n')
    path = folder / "campaign.yaml"
    path.write_text("".join(lines), "utf-8")
    return path


def peak_megabytes() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


def main(posts: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{folder}/beacon.db")
        upgrade(engine)
        with write_session(engine) as session:
            organisation = default_organisation(session).id
            session.add(
                Account(organisation_id=organisation, platform="practice", name="practice", created_utc=NOW)
            )
        path = campaign_file(Path(folder), posts)
        marks = [("start, imports included", time.perf_counter() - START)]

        def mark(name: str, since: float) -> None:
            marks.append((name, time.perf_counter() - since))

        begun = time.perf_counter()
        read, bench = read_campaign(path), Bench()
        mark("read", begun)
        begun = time.perf_counter()
        with read_session(engine) as session:
            checked = check_campaign(session, organisation, read, NOW, bench=bench)
        mark("check", begun)
        for name in ("load", "load again"):
            begun = time.perf_counter()
            with write_session(engine) as session:
                loaded = load(
                    session,
                    organisation,
                    read,
                    NOW,
                    person="benchmark",
                    media_dir=Path(folder) / "media",
                    bench=bench,
                )
            mark(name, begun)
            print(f"{name}: {len(loaded.changes)} changes, {len(checked.findings)} findings")
        engine.dispose()
    for name, seconds in marks:
        print(f"{name:>24}: {seconds:6.2f} s")
    print(f"{'in all':>24}: {sum(seconds for _, seconds in marks):6.2f} s")
    print(f"{'peak memory':>24}: {peak_megabytes():6.0f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
