"""The main job, end to end: the campaign file of the README goes in by the command line, and its posts come
out of real processes on the practice platform, on a Bluesky server and on a Mastodon server."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from campaigns.core.db import open_engine, writing
from campaigns.models import State
from campaigns.models.tables import delivery
from config.settings import Settings
from tests.support.engine import states, until
from tests.support.mastodon import TOKEN
from tests.support.practice import running_practice
from tests.support.processes import process_group

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from tests.support.bluesky import BlueskyHarness
    from tests.support.mastodon import MastodonHarness
    from tests.support.practice import PracticeServer

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "wmhd-2027"

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]


class Install:
    """One data directory and its command line."""

    def __init__(self, folder: Path, practice: PracticeServer) -> None:
        self.settings = Settings(
            data_dir=folder,
            practice_port=practice.port,
            lane_lease=12,
            call_deadline=5,
            quarantine=1,
            recheck=1,
        )

    def beacon(self, *arguments: str, answers: str = "") -> Any:
        """Runs a command with --json and returns what it printed; fails with its words."""
        ended = subprocess.run(
            [sys.executable, "-m", "campaigns.cli", *arguments, "--json"],
            input=answers,
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
            env={
                **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
                "BEACON_DATA_DIR": str(self.settings.data_dir),
                "BEACON_PRACTICE_PORT": str(self.settings.practice_port),
            },
        )
        assert ended.returncode == 0, ended.stderr + ended.stdout
        return json.loads(ended.stdout)

    @property
    def database(self) -> Engine:
        return open_engine(self.settings.database)


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[PracticeServer]:
    folder = tmp_path / "practice"
    folder.mkdir()
    with running_practice(folder) as server:
        yield server


@pytest.fixture
def install(tmp_path: Path, practice: PracticeServer) -> Install:
    made = Install(tmp_path / "data", practice)
    made.beacon("init")
    return made


def campaign_of_today(folder: Path, accounts: str) -> Path:
    """The example, its dates moved so that the campaign begins today."""
    shutil.copytree(EXAMPLE, folder)
    file = folder / "campaign.yaml"
    today = datetime.now(UTC).date()
    text = file.read_text("utf-8").replace("accounts: [practice]", f"accounts: [{accounts}]")
    for old, days in (("2027-10-01", 0), ("2027-10-14", 13), ("2027-10-10", 9)):
        text = text.replace(old, str(today + timedelta(days=days)))
    file.write_text(text, "utf-8")
    return file


def make_all_due(database: Engine, every: timedelta) -> None:
    """Moves time, so to speak: what was planned for the next two weeks is due now, in the same order."""
    now = datetime.now(UTC)
    with writing(database) as connection:
        ids = (
            connection.execute(select(delivery.c.id).order_by(delivery.c.due_utc, delivery.c.id))
            .scalars()
            .all()
        )
        for number, its_id in enumerate(ids):
            due = now + number * every
            times = {"due_utc": due, "wake_utc": due, "wall": f"{due:%Y-%m-%d %H:%M:%S.%f}", "zone": "UTC"}
            connection.execute(update(delivery).where(delivery.c.id == its_id).values(times))


def all_out(database: Engine) -> bool:
    return set(states(database).values()) == {State.PUBLISHED}


def check_posts(posts: list[dict[str, Any]], rehearsed: list[dict[str, Any]]) -> None:
    """Everything as it was rehearsed, each once, in order; threads hang together; images have their words."""
    assert [post["text"] for post in posts] == [part for row in rehearsed for part in row["parts"]]
    by_id = {post["id"]: post for post in posts}
    first = next(post for post in posts if post["text"].startswith("Three questions"))
    chain = [post for post in posts if re.match(r"[123]\. ", post["text"])]
    assert [by_id[post["reply_to"]]["text"] for post in chain] == [
        first["text"],
        *(p["text"] for p in chain[:2]),
    ]
    with_image = [post for post in posts if post["media"]]
    assert [image["alt"] for post in with_image for image in post["media"]] == [
        "A half-open door with warm light behind it"
    ]


def test_the_campaign_appears_on_practice_bluesky_and_mastodon_each_post_once_though_a_worker_is_killed(
    install: Install,
    practice: PracticeServer,
    bluesky: BlueskyHarness,
    mastodon: MastodonHarness,
    tmp_path: Path,
) -> None:
    _connect(install, bluesky, mastodon)
    file = campaign_of_today(tmp_path / "campaign", "practice, bluesky, mastodon")
    assert [
        found for found in install.beacon("campaign", "check", str(file)) if found["level"] == "problem"
    ] == []
    rehearsed = install.beacon("campaign", "rehearse", str(file))
    install.beacon("campaign", "load", str(file))
    make_all_due(install.database, timedelta(milliseconds=100))
    with process_group(install.settings) as processes:
        processes.start("clock")
        worker = processes.start("worker")
        until(lambda: State.PUBLISHED in states(install.database).values())
        worker.kill()
        processes.start("worker")
        until(lambda: all_out(install.database), seconds=120)

    def of(account: str) -> list[dict[str, Any]]:
        return [row for row in rehearsed if row["account"] == account]

    check_posts(practice.posts(), of("practice"))
    check_posts(bluesky.posts(), of("bluesky"))
    check_posts(mastodon.posts(), of("mastodon"))
    for posts in (bluesky.posts(), mastodon.posts()):
        tagged = next(post for post in posts if post["text"].startswith("One conversation"))
        assert "worldmentalhealthday" in {tag.lower() for tag in tagged["tags"]}
    spanish = next(post for post in mastodon.posts() if "escuchar" in post["text"])
    assert (spanish["warning"], spanish["language"]) == ("Salud mental", "es")


def test_pause_by_command_sends_nothing_after_it_returned(
    install: Install, practice: PracticeServer, tmp_path: Path
) -> None:
    install.beacon("campaign", "load", str(campaign_of_today(tmp_path / "campaign", "practice")))
    make_all_due(install.database, timedelta(hours=1))
    with process_group(install.settings) as processes:
        processes.start("clock")
        processes.start("worker")
        until(practice.posts)
        make_all_due(install.database, timedelta(seconds=4))  # the command itself takes its time
        assert install.beacon("pause")["quiet"]
        begun = len(practice.log("begun"))
        later = datetime.now(UTC) + timedelta(seconds=4)
        until(lambda: datetime.now(UTC) > later)
        assert len(practice.log("begun")) == begun
        assert not all_out(install.database)
        install.beacon("resume")
        until(lambda: all_out(install.database), seconds=120)


def _connect(install: Install, bluesky: BlueskyHarness, mastodon: MastodonHarness) -> None:
    install.beacon(
        *("account", "connect", "mastodon", "--server", mastodon.server, "--token-file", "-"), answers=TOKEN
    )
    password = bluesky.credentials["app_password"]
    install.beacon(
        *("account", "connect", "bluesky", "--server", bluesky.server, "--handle", bluesky.handle),
        *("--password-file", "-"),
        answers=password,
    )
