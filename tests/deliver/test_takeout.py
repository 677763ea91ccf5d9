"""A campaign taken along: whatever its texts hold, a table computes nothing and a calendar keeps its form."""

from __future__ import annotations

import csv
import io
import re

from hypothesis import given
from hypothesis import strategies as st

from campaigns.deliver.ical import FOLD_OCTETS
from campaigns.deliver.takeout import FORMULA_STARTS, Taken, as_calendar, as_csv
from campaigns.models import Campaign
from tests.factories.cast import BORN


def taken(text: str) -> Taken:
    return Taken(1, "practice", "practice", BORN, "2026-11-01 12:00", "UTC", "scheduled", "", text, "")


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_cell_of_a_table_is_computed_by_a_spreadsheet(text: str) -> None:
    for start in ("", *FORMULA_STARTS):
        heading, row = csv.reader(io.StringIO(as_csv([taken(start + text)]), newline=""))
        cell = row[heading.index("text")]
        assert not cell.startswith(FORMULA_STARTS)
        assert cell.removeprefix("'") == (start + text).removeprefix("'")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=400))
def test_a_calendar_keeps_its_lines_short_and_its_text_whole(text: str) -> None:
    campaign = Campaign(
        organisation_id=1,
        slug="hope",
        title="Hope; help, now",
        timezone="UTC",
        starts=BORN.date(),
        ends=BORN.date(),
        created_utc=BORN,
        updated_utc=BORN,
    )
    written = as_calendar([taken(text)], campaign, BORN)
    lines = written.split("\r\n")
    assert all(len(line.encode()) <= FOLD_OCTETS for line in lines)
    assert not re.search(r"[^\n\r\t\x20-\x7e\x80-\U0010ffff]", written)
    unfolded = written.replace("\r\n ", "").split("\r\n")
    assert "X-WR-CALNAME:Hope\\; help\\, now" in unfolded
    assert [line.partition(":")[0] for line in unfolded].count("DESCRIPTION") == 1
    (said,) = (line.partition(":")[2] for line in unfolded if line.startswith("DESCRIPTION:"))
    read = re.sub(r"\\(.)", lambda escaped: {"n": "\n"}.get(escaped[1], escaped[1]), said)
    kept = "\n".join(text.splitlines())
    assert read == "".join(sign for sign in kept if sign in "\n\t" or (sign >= " " and sign != "\x7f"))
