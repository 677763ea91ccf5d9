"""A campaign written out reads back as the same campaign, whatever its texts hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import HealthCheck, given, settings

from campaigns.plan.nodes import Scalar
from campaigns.plan.report import Report
from campaigns.plan.writing import scalar, write_campaign
from campaigns.plan.yaml12 import parse_yaml
from tests.factories.campaign_files import campaigns, one_line, prose, read_text

if TYPE_CHECKING:
    from pathlib import Path

    from campaigns.plan.spec import CampaignSpec

same_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@same_folder
@given(spec=campaigns())
def test_what_is_written_reads_back_to_an_equal_campaign(tmp_path: Path, spec: CampaignSpec) -> None:
    read = read_text(tmp_path, write_campaign(spec))
    assert read.findings == []
    assert read.spec == spec


@given(text=prose)
def test_a_scalar_is_the_same_text_to_a_yaml_1_1_and_a_yaml_1_2_reader(text: str) -> None:
    written = scalar(text)
    assert yaml.safe_load(f"a: {written}") == {"a": text}
    ours = parse_yaml(written, Report(""))
    assert isinstance(ours, Scalar)
    assert (ours.text, ours.kind.value) == (text, "text")


@given(text=one_line)
def test_in_brackets_a_scalar_stays_one_entry(text: str) -> None:
    assert yaml.safe_load(f"[{scalar(text, in_brackets=True)}, z]") == [text, "z"]


@pytest.mark.parametrize("text", ["Who will you call?", "It's 5 - 3", "door-1", "1. How are you, really?"])
def test_plain_text_stays_without_quotes(text: str) -> None:
    assert scalar(text) == text


@pytest.mark.parametrize(
    "text", ["no", "On", "y", "18:30", "2027-10-01", "1_000", "0o17", "~", "#Tag", "a: b", "Call #Tag", "b:"]
)
def test_what_some_reader_would_misread_gets_quotes(text: str) -> None:
    assert scalar(text) == f'"{text}"'


def test_several_lines_are_written_as_a_block(tmp_path: Path) -> None:
    text = "First line: one\n\n  indented #Tag\nlast"
    spec = read_text(
        tmp_path,
        "campaign: A\nslug: a\ntimezone: UTC\nstarts: 2027-01-01\nends: 2027-01-02\naccounts: [practice]\n"
        'posts: [{text: "First line: one\\n\\n  indented #Tag\\nlast"}]',
    ).spec
    assert spec is not None
    written = write_campaign(spec)
    assert "  - text: |\n      First line: one\n\n        indented #Tag\n      last\n" in written
    again = read_text(tmp_path, written).spec
    assert again is not None
    assert again.posts[0].text == text
