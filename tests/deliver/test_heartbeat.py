"""A heartbeat speaks of the loop alone: neither the database nor a full disk may silence it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from campaigns.deliver.owner import Heartbeat

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_beat_is_seen_by_others_and_its_absence_too(tmp_path: Path) -> None:
    beat = Heartbeat(tmp_path, "one")
    assert Heartbeat(tmp_path, "one").silence() == float("inf")
    beat.beat()
    assert 0 <= Heartbeat(tmp_path, "one").silence() < 5
    beat.end()
    assert Heartbeat(tmp_path, "one").silence() == float("inf")


def test_a_full_disk_does_not_make_a_living_process_look_dead_to_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beat = Heartbeat(tmp_path, "one")

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    beat.beat()
    assert beat.own_silence() < 5
    beat.end()
