"""Every example loads as it stands, in the year it was written for."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from campaigns.core.db import read_session
from campaigns.plan.checking import check_campaign
from campaigns.plan.reading import read_campaign
from tests.factories.desk import Desk

if TYPE_CHECKING:
    from sqlalchemy import Engine

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*/campaign.yaml"))
BEFORE_ALL_OF_THEM = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.parent.name)
def test_every_example_has_nothing_to_mend(example: Path, engine: Engine, tmp_path: Path) -> None:
    desk = Desk(engine, tmp_path, now=BEFORE_ALL_OF_THEM)
    with read_session(engine) as session:
        checked = check_campaign(session, desk.organisation_id, read_campaign(example), desk.now)
    assert [finding for finding in checked.findings if finding.level == "problem"] == []
