from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from campaigns.core.db import open_engine, read_session
from campaigns.core.errors import Misuse, Unusable
from campaigns.migrations import upgrade
from campaigns.plan.exporting import campaign_text, export_campaign
from campaigns.plan.stored import read_stored
from tests.factories.desk import HEAD, SAMPLE, Desk
from tests.support.pictures import draw

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

    from campaigns.plan.spec import CampaignSpec


@pytest.fixture
def desk(engine: Engine, tmp_path: Path) -> Desk:
    return Desk(engine, tmp_path / "desk")


def export(desk: Desk, folder: Path) -> Path:
    with read_session(desk.engine) as session:
        return export_campaign(session, desk.organisation_id, "wmhd-2027", folder, desk.media_dir)


def stored_spec(desk: Desk) -> CampaignSpec:
    with read_session(desk.engine) as session:
        stored = read_stored(session, desk.organisation_id, "wmhd-2027")
    assert stored
    return stored.spec


def test_loading_an_export_where_it_came_from_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    desk.load(SAMPLE)
    before = desk.everything()
    loaded = desk.load_file(export(desk, tmp_path / "out"))
    assert loaded.applied
    assert loaded.changes == []
    assert desk.everything() == before


def test_loading_an_export_elsewhere_makes_the_same_campaign(desk: Desk, tmp_path: Path) -> None:
    desk.load(SAMPLE)
    file = export(desk, tmp_path / "out")
    (tmp_path / "elsewhere").mkdir()
    engine = open_engine(f"sqlite:///{tmp_path / 'elsewhere' / 'beacon.db'}")
    upgrade(engine)
    other = Desk(engine, tmp_path / "elsewhere")
    assert other.load_file(file).applied
    assert stored_spec(other) == stored_spec(desk)
    assert [(row["due_utc"], row["texts"]) for row in other.deliveries()] == [
        (row["due_utc"], row["texts"]) for row in desk.deliveries()
    ]
    engine.dispose()


def test_an_export_names_each_post_so_that_its_words_may_change(desk: Desk, tmp_path: Path) -> None:
    desk.load(SAMPLE)
    file = export(desk, tmp_path / "out")
    file.write_text(file.read_text("utf-8").replace("Who will you call?", "Who will you ring?"), "utf-8")
    loaded = desk.load_file(file)
    assert not loaded.needs_yes
    assert [change.kind for change in loaded.changes] == ["reworded"]


def test_a_removed_post_is_not_exported(desk: Desk) -> None:
    desk.load(HEAD + '  - text: "One"\n  - text: "Two"\n')
    desk.load(HEAD + '  - text: "Two"\n')
    with read_session(desk.engine) as session:
        text = campaign_text(session, desk.organisation_id, "wmhd-2027")
    assert "Two" in text
    assert "One" not in text


def test_nothing_that_stands_there_is_overwritten(desk: Desk, tmp_path: Path) -> None:
    desk.load(SAMPLE)
    draw(tmp_path / "out" / "images" / "door.png", shade=250)
    with pytest.raises(Misuse, match="is there already and differs"):
        export(desk, tmp_path / "out")
    assert not (tmp_path / "out" / "campaign.yaml").exists()
    (tmp_path / "out" / "images" / "door.png").unlink()
    file = export(desk, tmp_path / "out")
    assert export(desk, tmp_path / "out") == file


def test_an_unknown_campaign_and_a_lost_image_are_told_in_a_sentence(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(Misuse, match="no campaign 'wmhd-2027'"):
        export(desk, tmp_path / "out")
    desk.load(SAMPLE)
    for kept in desk.media_dir.rglob("*"):
        if kept.is_file():
            kept.unlink()
    with pytest.raises(Unusable, match=r"images/door.png is missing from the media folder"):
        export(desk, tmp_path / "out")
