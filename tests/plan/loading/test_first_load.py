from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from campaigns.core.mediapaths import path_of
from campaigns.core.mediastore import inspect
from campaigns.core.moments import iso_z
from campaigns.models.tables import audit, campaign, media, part, post, post_media
from tests.factories.desk import HEAD, SAMPLE

if TYPE_CHECKING:
    from tests.factories.desk import Desk


def test_a_campaign_becomes_deliveries_with_their_exact_texts(desk: Desk) -> None:
    loaded = desk.load(SAMPLE)
    assert loaded.applied
    assert [change.kind for change in loaded.changes] == ["added"] * 4
    seen = [(iso_z(row["due_utc"]), row["from_queue"], row["texts"]) for row in desk.deliveries()]
    assert [(due, queue, len(texts)) for due, queue, texts in seen] == [
        ("2027-10-01T08:00:00Z", True, 4),
        ("2027-10-04T08:00:00Z", True, 1),
        ("2027-10-04T09:00:00Z", False, 1),
        ("2027-10-10T08:00:00Z", False, 1),
        ("2027-10-11T09:00:00Z", False, 1),
    ]
    thread = seen[0][2]
    assert thread[0].startswith("Three questions that open a conversation. #WorldMentalHealthDay")
    assert thread[1:] == [
        "1. How are you, really?",
        "2. What has this week been like?",
        "3. What would help right now?",
    ]


def test_deliveries_carry_wall_time_zone_and_late_rule(desk: Desk) -> None:
    desk.load(SAMPLE)
    door = next(row for row in desk.deliveries() if row["wall"] == "2027-10-10 09:00")
    assert (door["zone"], door["occurrence"]) == ("Europe/London", "once")
    assert (door["late_within"], door["late_then"], door["state"]) == (7200, "hold", "scheduled")
    assert door["wake_utc"] == door["due_utc"] - timedelta(minutes=10), "its image is uploaded beforehand"
    monday = next(row for row in desk.deliveries() if row["wall"] == "2027-10-04 10:00")
    assert (monday["occurrence"], monday["late_within"]) == ("2027-10-04#0", 3600)


def test_images_are_kept_once_and_named_in_the_first_part(desk: Desk) -> None:
    desk.load(SAMPLE)
    with desk.engine.connect() as connection:
        image = connection.execute(select(media)).one()
        link = connection.execute(select(post_media)).one()
        payloads = connection.execute(select(part.c.payload)).scalars()
        carried = [payload["media"] for payload in payloads if payload["media"]]
    assert (image.width, image.height) == (8, 6)
    assert inspect(path_of(desk.media_dir, image.sha256)).sha256 == image.sha256
    assert (link.media_id, link.file) == (image.id, "images/door.png")
    assert (image.name, image.alt) == ("door.png", "A half-open door with warm light behind it")
    assert carried == [[{"id": image.id, "alt": "A half-open door with warm light behind it"}]]


def test_every_part_has_a_key_of_its_own(desk: Desk) -> None:
    desk.load(SAMPLE)
    with desk.engine.connect() as connection:
        keys = list(connection.execute(select(part.c.key)).scalars())
    assert len(set(keys)) == len(keys) == 8
    assert all(len(key) == 64 for key in keys)


def test_a_problem_anywhere_leaves_nothing_half_loaded(desk: Desk) -> None:
    broken = HEAD + '  - text: "Fine"\n  - text: "Too late"\n    at: 2027-10-10 09:00\n    zone: here\n'
    loaded = desk.load(broken)
    assert not loaded.applied
    assert [finding.code for finding in loaded.findings] == ["unknown-key"]
    with desk.engine.connect() as connection:
        for table in (campaign, post, media, audit):
            assert connection.execute(select(table)).all() == []


def test_a_load_that_dies_halfway_leaves_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("campaigns.plan.loading.applying.schedule", die)
    with pytest.raises(KeyboardInterrupt):
        desk.load(SAMPLE)
    assert desk.everything() == [[], [], [], []]


def test_who_loaded_what_is_remembered(desk: Desk) -> None:
    desk.load(SAMPLE)
    with desk.engine.connect() as connection:
        row = connection.execute(select(audit)).one()
    assert (row.person, row.action, row.subject, row.detail) == (
        "Alice",
        "campaign.load",
        "wmhd-2027",
        "4 added",
    )


def test_a_dry_run_shows_the_same_changes_and_writes_nothing(desk: Desk) -> None:
    shown = desk.load(SAMPLE, dry_run=True)
    assert not shown.applied
    assert desk.everything() == [[], [], [], []]
    assert desk.load(SAMPLE).changes == shown.changes
