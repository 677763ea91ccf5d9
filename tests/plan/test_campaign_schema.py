"""The JSON Schema, which editors follow, and the reader agree."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator

from campaigns.plan.nodes import Kind, Mapping, Node, Scalar, Sequence
from campaigns.plan.report import Report
from campaigns.plan.schema import campaign_schema
from campaigns.plan.writing import write_campaign
from campaigns.plan.yaml12 import parse_yaml
from tests.factories.campaign_files import HEADER, campaigns, read_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from campaigns.plan.spec import CampaignSpec

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("**/*.yaml"))
VALIDATOR = Draft202012Validator(campaign_schema())


_VALUE_OF: dict[Kind, Callable[[str], Any]] = {
    Kind.TEXT: str,
    Kind.NULL: lambda _: None,
    Kind.FLAG: "true".__eq__,
    Kind.WHOLE: int,
    Kind.NUMBER: float,
}


def as_editors_see(text: str) -> Any:
    """The document as JSON, by YAML 1.2's core schema."""
    return _plain(parse_yaml(text, Report("")))


def _plain(node: Node) -> Any:
    match node:
        case Mapping(pairs=pairs):
            return {_plain(key): _plain(value) for key, value in pairs}
        case Sequence(items=items):
            return [_plain(item) for item in items]
        case Scalar():
            return _VALUE_OF[node.kind](node.text)
    raise AssertionError(node)


def objections(text: str) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(as_editors_see(text))]


def test_it_is_a_valid_schema() -> None:
    Draft202012Validator.check_schema(campaign_schema())


def test_a_campaign_that_has_no_posts_yet_fits_both(tmp_path: Path) -> None:
    document = f"{HEADER}posts: []\n"
    assert read_text(tmp_path, document).findings == []
    assert objections(document) == []


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_every_example_fits(path: Path) -> None:
    assert objections(path.read_text("utf-8")) == []


def test_every_key_has_words_and_every_example_in_it_fits() -> None:
    for name, key in properties(campaign_schema()):
        assert key["description"].endswith("."), name
        for example in key.get("examples", []):
            Draft202012Validator({**key, "$defs": campaign_schema()["$defs"]}).validate(example)


def properties(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for part in (schema, *schema["$defs"].values()):
        yield from part["properties"].items()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(spec=campaigns())
def test_what_the_reader_takes_fits(spec: CampaignSpec) -> None:
    assert objections(write_campaign(spec)) == []


BAD_HEADERS = [
    "",
    "slug: door",
    HEADER.replace("slug: door", "slug: Door"),
    HEADER.replace("slug: door", "slug: 2027"),
    HEADER.replace("2027-10-01", "1.10.2027"),
    HEADER.replace("[practice]", "practice"),
    HEADER.replace("[practice]", "[]"),
    HEADER.replace("[practice]", "[practice, practice]"),
    HEADER.replace("Door to door", "''"),
    HEADER.replace("Europe/London", "''"),
    *(
        HEADER + line
        for line in (
            "gaol: x",
            "goal:",
            "languages: [english]",
            "regions: [gb]",
            "hashtags: [A]",
            "hashtags: {primary: A B}",
            "hashtags: {second: A}",
            "queue: {}",
            "queue: {slots: []}",
            "queue: {slots: [{days: [mon]}]}",
            'queue: {slots: [{days: [], at: "09:00"}]}',
            'queue: {slots: [{days: [monday], at: "09:00"}]}',
            'queue: {slots: [{days: [mon, mon], at: "09:00"}]}',
            'queue: {slots: [{days: [mon], at: "9:00"}]}',
        )
    ),
]
BAD_POSTS = """\
hello
/etc/posts.csv
../posts.csv
[hello]
[{}]
[{text: 1}]
[{text: ' '}]
[{txt: a}]
[{text: a, at: 2027-10-10}]
[{text: a, at: '2027-10-10 25:00'}]
[{text: a, at: 9}]
[{text: a, at: '2027-10-10 09:00', every: {days: 1, at: '09:00'}}]
[{text: a, every: {at: '09:00'}}]
[{text: a, every: {days: 1}}]
[{text: a, every: {days: 0, at: '09:00'}}]
[{text: a, every: {days: 1, weeks: 1, at: '09:00'}}]
[{text: a, every: {days: 1, on: [mon], at: '09:00'}}]
[{text: a, every: {weeks: '1', at: '09:00'}}]
[{text: a, every: {weeks: 1, at: '09:00', until: soon}}]
[{text: a, thread: b}]
[{text: a, thread: []}]
[{text: a, thread: ['']}]
[{text: a, media: {file: a.png, alt: b}}]
[{text: a, media: [{file: a.png}]}]
[{text: a, media: [{alt: b}]}]
[{text: a, media: [{file: ../a.png, alt: b}]}]
[{text: a, media: [{file: /a.png, alt: b}]}]
[{text: a, media: [{file: a.png, alt: ''}]}]
[{text: a, variants: [x]}]
[{text: a, variants: {}}]
[{text: a, variants: {x: 1}}]
[{text: a, accounts: []}]
[{text: a, language: e}]
[{text: a, late: 2h}]
[{text: a, late: {}}]
[{text: a, late: {within: 2}}]
[{text: a, late: {then: wait}}]
[{text: a, essential: yes}]
[{text: a, urgent: 1}]
[{text: a, id: a b}]
[{text: a, id: 1}]
[{text: a, content_warning: ''}]
""".splitlines()


@pytest.mark.parametrize(
    "document",
    [f"{header}\nposts: [{{text: hi}}]\n" for header in BAD_HEADERS]
    + [f"{HEADER}posts: {bad}\n" for bad in [*BAD_POSTS, f"[{{text: {'a' * 20_001}}}]"]],
    ids=lambda document: document[-60:].replace("\n", " "),
)
def test_reader_and_schema_refuse_the_same_documents(tmp_path: Path, document: str) -> None:
    assert read_text(tmp_path, document).findings
    assert objections(document)
