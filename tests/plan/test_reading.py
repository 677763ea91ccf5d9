"""Reading a campaign file: the issue's document loads, and everything wrong is named in one run."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from PIL import Image

from campaigns.core.findings import Level
from campaigns.plan.reading import read_campaign
from campaigns.plan.spec import Every, Hashtags, Late, MediaSpec, Slot
from tests.factories.campaign_files import HEADER, codes, read_posts, read_text
from tests.support.readings import only_finding

EXAMPLE = Path(__file__).parents[2] / "examples" / "wmhd-2027" / "campaign.yaml"


def test_the_example_campaign_is_read_whole() -> None:
    read = read_campaign(EXAMPLE)
    assert read.findings == []
    spec = read.spec
    assert spec is not None
    assert (spec.title, spec.slug) == ("World Mental Health Day 2027", "wmhd-2027")
    assert (spec.starts, spec.ends, spec.timezone) == (date(2027, 10, 1), date(2027, 10, 14), "Europe/London")
    assert (spec.languages, spec.regions, spec.topics) == (
        ("en", "es"),
        ("GB", "ES", "US"),
        ("mental-health",),
    )
    assert spec.hashtags == Hashtags("WorldMentalHealthDay", ("TimeToTalk", "MentalHealthMatters"))
    assert spec.slots == (Slot((0, 2, 4), time(9)), Slot((1, 3), time(18, 30), "America/New_York"))
    assert spec.folder == EXAMPLE.parent
    first, thread, spanish, weekly = spec.posts
    assert first.text == "One conversation can change a day. Who will you call? {hashtags}"
    assert (first.at, first.late) == (datetime(2027, 10, 10, 9), Late(timedelta(hours=2), "hold"))  # noqa: DTZ001 - wall time
    assert first.media == (MediaSpec("images/door.png", "A half-open door with warm light behind it"),)
    assert first.variants == {"x": "Who will you call today? {hashtags}"}
    assert thread.thread[0] == "1. How are you, really?"
    assert (spanish.language, spanish.content_warning) == ("es", "Salud mental")
    assert weekly.every == Every(time(10), date(2027, 10, 14), weeks=1, on=(0,))
    assert [post.line for post in spec.posts] == [19, 27, 32, 35]


def test_the_examples_picture_is_there() -> None:
    with Image.open(EXAMPLE.parent / "images" / "door.png") as picture:
        assert (picture.format, picture.size) == ("PNG", (1200, 800))


def test_every_problem_is_named_in_one_run_with_its_line(tmp_path: Path) -> None:
    read = read_text(
        tmp_path,
        """\
campaign: Door to door
slug: Door to door
timezone: Europe/Londn
starts: 2027-13-01
ends: tomorrow
gaol: more doors
languages: [english, en_GB]
regions: [gb]
hashtags: {primary: Time To Talk, supporting: [988]}
accounts: practice
queue: {slots: [{days: [monday], at: 9}]}
posts:
  - text: 2027
  - txt: no text
  - text: "{name}, call"
    essential: yes
    media: [{file: ../door.png}]
  - text: x
    at: 2027-10-10
    late: {within: soon}
""",
    )
    assert codes(read) == [
        (2, "bad-slug"),
        (3, "bad-zone"),
        (4, "bad-date"),
        (5, "bad-date"),
        (6, "unknown-key"),
        (7, "bad-language"),
        (7, "bad-language"),
        (8, "bad-region"),
        (9, "bad-hashtag"),
        (9, "wrong-type"),
        (10, "wrong-type"),
        (11, "unknown-word"),
        (11, "wrong-type"),
        (13, "wrong-type"),
        (14, "missing-key"),
        (14, "unknown-key"),
        (15, "unknown-placeholder"),
        (16, "wrong-type"),
        (17, "bad-path"),
        (17, "missing-alt"),
        (19, "bad-moment"),
        (20, "bad-duration"),
    ]
    assert all(finding.level is Level.PROBLEM for finding in read.findings)
    assert all(finding.what.endswith(".") and finding.mend[-1] in ".?" for finding in read.findings)


@pytest.mark.parametrize(
    ("line", "mend"),
    [
        ("timezone: europe/london", "Did you mean Europe/London?"),
        ("timezone: London", "Did you mean Europe/London?"),
        ("timezone: New York", "Did you mean America/New_York?"),
        ("slug: World Day 2027!", "Write it as world-day-2027."),
        ("slug: 2027", 'Put quotes round it: "2027".'),
        ("regions: [gb]", "Write it as GB."),
        ("languages: [pt_BR]", "Write it as pt-BR."),
        ("hashtags: {primary: time to talk}", "Write TimeToTalk as one word, or each tag on its own."),
        ("hashtag: {primary: TimeToTalk}", "Did you mean `hashtags`?"),
        ("accounts: practice", "Write it in brackets: [practice]."),
        ("starts: 10/01/2027", "Write it as YYYY-MM-DD, such as 2027-10-01."),
    ],
)
def test_a_slip_comes_with_what_was_probably_meant(tmp_path: Path, line: str, mend: str) -> None:
    key = line.partition(":")[0]
    header = "".join(kept for kept in HEADER.splitlines(keepends=True) if not kept.startswith(f"{key}:"))
    read = read_text(tmp_path, f"{header}{line}\nposts: [{{text: hi}}]\n")
    assert [finding.mend for finding in read.findings] == [mend]


@pytest.mark.parametrize("key", ["campaign", "slug", "timezone", "starts", "ends", "accounts"])
def test_each_required_key_is_missed(tmp_path: Path, key: str) -> None:
    header = "".join(line for line in HEADER.splitlines(keepends=True) if not line.startswith(key))
    read = read_text(tmp_path, f"{header}posts: [{{text: hi}}]\n")
    assert [finding.what for finding in read.findings] == [f"This campaign lacks `{key}`."]


def test_a_campaign_says_its_posts_even_if_there_are_none_yet(tmp_path: Path) -> None:
    assert codes(read_text(tmp_path, HEADER)) == [(1, "missing-key")]
    assert codes(read_text(tmp_path, f"{HEADER}posts:\n")) == [(7, "no-value")]
    empty = read_text(tmp_path, f"{HEADER}posts: []\n")
    assert (codes(empty), empty.spec and empty.spec.posts) == ([], ())


def test_a_campaign_cannot_end_before_it_starts(tmp_path: Path) -> None:
    read = read_text(tmp_path, HEADER.replace("2027-10-14", "2027-09-14") + "posts: [{text: hi}]\n")
    assert codes(read) == [(5, "ends-before-starts")]
    assert read.assumed


def test_a_post_that_cannot_be_understood_leaves_the_others_to_be_checked(tmp_path: Path) -> None:
    read = read_posts(tmp_path, "- text: one\n- text: 2\n- text: three\n- {text: x, at: never}\n")
    assert read.spec is not None
    assert [(post.text, post.place) for post in read.spec.posts] == [("one", 0), ("three", 1)]


@pytest.mark.parametrize("key", ["timezone", "starts", "ends", "queue"])
def test_posts_are_still_looked_at_when_their_frame_cannot_be_read(tmp_path: Path, key: str) -> None:
    header = "".join(line for line in HEADER.splitlines(keepends=True) if not line.startswith(key))
    read = read_text(tmp_path, f"{header}{key}: nonsense\nposts:\n  - text: hi\n  - txt: hi\n")
    assert {finding.line for finding in read.findings} == {len(header.splitlines()) + line for line in (1, 4)}
    assert read.assumed
    assert read.spec is not None
    assert [post.text for post in read.spec.posts] == ["hi"]


def test_two_posts_cannot_share_an_id(tmp_path: Path) -> None:
    found = only_finding(tmp_path, "- {id: a, text: one}\n- {id: a, text: two}")
    assert (found.line, found.code) == (9, "twice")


def test_more_posts_than_the_most_are_refused(tmp_path: Path) -> None:
    assert only_finding(tmp_path, "- text: a\n" * 10_001).code == "too-many"


def test_where_the_campaigns_own_keys_stand_is_known(tmp_path: Path) -> None:
    read = read_text(tmp_path, f"{HEADER}hashtags:\n  primary: A\nposts: [{{text: hi}}]\n")
    assert (read.line_of("accounts"), read.line_of("hashtags"), read.line_of("queue")) == (6, 7, 0)
