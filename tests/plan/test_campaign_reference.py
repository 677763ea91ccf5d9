"""The reference page is what the schema says, and says all of it."""

from __future__ import annotations

from pathlib import Path

from campaigns.plan.reference import PAGE, reference_markdown
from campaigns.plan.schema import campaign_schema


def test_the_committed_page_is_the_generated_one() -> None:
    committed = (Path(__file__).parents[2] / PAGE).read_text("utf-8")
    assert committed == reference_markdown(), "Run: python -m campaigns.plan.reference"


def test_every_key_is_on_the_page_with_its_words() -> None:
    page, schema = reference_markdown(), campaign_schema()
    for part in (schema, *schema["$defs"].values()):
        for name, key in part["properties"].items():
            assert f"| `{name}`" in page
            assert key["description"] in page
