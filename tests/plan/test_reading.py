"""Reading a campaign file: the issue's document loads, and everything wrong is named in one run."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from campaigns.core.findings import Level
from campaigns.plan.reading import read_campaign
from campaigns.plan.spec import Every, Hashtags, Late, MediaSpec, Slot
from tests.factories.campaign_files import HEADER, codes, read_posts, read_text

if TYPE_CHECKING:
    from campaigns.core.findings import Finding
    from campaigns.plan.spec import PostSpec

EXAMPLE = Path(__file__).parents[2] / "examples" / "wmhd-2027" / "campaign.yaml"


def only_finding(folder: Path, posts: str) -> Finding:
    findings = read_posts(folder, posts).findings
    assert len(findings) == 1, [str(finding) for finding in findings]
    return findings[0]


def only_post(folder: Path, post: str) -> PostSpec:
    read = read_posts(folder, post)
    assert read.findings == []
    assert read.spec is not None
    return read.spec.posts[0]


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


@pytest.mark.parametrize(
    "at", ["2027-10-01 00:00", "2027-10-14 23:59", "2027-10-10T09:00", "2027-10-10 09:00:00"]
)
def test_a_post_may_go_out_from_the_first_day_to_the_last(tmp_path: Path, at: str) -> None:
    post = only_post(tmp_path, f"- {{text: hi, at: '{at}'}}")
    assert post.at is not None
    assert post.at.isoformat().startswith(at[:10])


@pytest.mark.parametrize("at", ["2027-09-30 23:59", "2027-10-15 00:00"])
def test_a_date_outside_the_campaign_is_a_problem(tmp_path: Path, at: str) -> None:
    found = only_finding(tmp_path, f"- text: hi\n  at: {at}")
    assert (found.line, found.code) == (9, "outside-campaign")
    assert "2027-10-01 to 2027-10-14" in found.what


def test_a_recurrence_cannot_last_longer_than_the_campaign(tmp_path: Path) -> None:
    found = only_finding(tmp_path, '- text: hi\n  every: {days: 1, at: "09:00", until: 2027-10-15}')
    assert (found.line, found.code) == (9, "outside-campaign")


@pytest.mark.parametrize(
    "at",
    ["2027-10-10", "09:00", "2027-10-10 9:00", "2027-10-10 24:00", "2027-10-10 09:00Z", "2027-02-30 09:00",
     "2027-10-10 09:00:30", "10/10/2027 09:00", "2027-10-10  09:00"],
)  # fmt: skip
def test_a_time_that_is_not_to_the_minute_and_local_is_refused(tmp_path: Path, at: str) -> None:
    assert only_finding(tmp_path, f"- {{text: hi, at: '{at}'}}").code == "bad-moment"


@pytest.mark.parametrize(
    ("every", "code"),
    [
        ('{at: "09:00"}', "every-count"),
        ('{days: 1, weeks: 1, at: "09:00"}', "every-count"),
        ('{days: 1, on: [mon], at: "09:00"}', "on-without-weeks"),
        ('{weeks: 0, at: "09:00"}', "wrong-type"),
        ('{weeks: "1", at: "09:00"}', "wrong-type"),
        ('{weeks: 1.0, at: "09:00"}', "wrong-type"),
        ("{weeks: 1}", "missing-key"),
        ('{weeks: 1, on: [mon, mon], at: "09:00"}', "twice"),
        ('{weeks: 1, at: "25:00"}', "bad-time"),
    ],
)
def test_a_recurrence_that_makes_no_sense_is_refused(tmp_path: Path, every: str, code: str) -> None:
    assert only_finding(tmp_path, f"- text: hi\n  every: {every}").code == code


def test_a_post_has_one_time_or_a_recurrence_not_both(tmp_path: Path) -> None:
    found = only_finding(tmp_path, '- text: hi\n  at: 2027-10-10 09:00\n  every: {days: 1, at: "09:00"}')
    assert found.code == "at-and-every"


@pytest.mark.parametrize(("late", "minutes", "then"), [
    ("{within: 45m, then: send}", 45, "send"),
    ("{within: 2h}", 120, "hold"),
    ("{within: 1d, then: drop}", 1440, "drop"),
    ("{then: drop}", 60, "drop"),
])  # fmt: skip
def test_a_late_rule_has_a_length_and_a_verdict(tmp_path: Path, late: str, minutes: int, then: str) -> None:
    assert only_post(tmp_path, f"- {{text: hi, late: {late}}}").late == Late(timedelta(minutes=minutes), then)


@pytest.mark.parametrize("within", ["0m", "2 h", "1w", "-1h", "31d", "120", "1h30m", ""])
def test_a_late_rule_with_another_length_is_refused(tmp_path: Path, within: str) -> None:
    assert only_finding(tmp_path, f'- {{text: hi, late: {{within: "{within}"}}}}').code == "bad-duration"


def test_hashtags_may_be_written_with_their_sign_in_quotes(tmp_path: Path) -> None:
    post = only_post(tmp_path, "- {text: hi, hashtags: {primary: '#TimeToTalk', supporting: [Call988]}}")
    assert post.hashtags == Hashtags("TimeToTalk", ("Call988",))


def test_a_post_can_ask_for_no_hashtags(tmp_path: Path) -> None:
    assert only_post(tmp_path, "- {text: hi, hashtags: {}}").hashtags == Hashtags()


@pytest.mark.parametrize("tag", ["Time To", "Time\tTo", "#", "", "A#B", "##A", " A"])
def test_what_is_not_one_hashtag_is_refused(tmp_path: Path, tag: str) -> None:
    assert only_finding(tmp_path, f'- {{text: hi, hashtags: {{primary: "{tag}"}}}}').code == "bad-hashtag"


@pytest.mark.parametrize("text", ["{hashtags}", "{{name}}", "{ name }", "{}", "}{", "a {hashtags} {{b}}"])
def test_braces_that_are_no_placeholder_may_stand(tmp_path: Path, text: str) -> None:
    assert only_post(tmp_path, f'- text: "{text}"').text == text


@pytest.mark.parametrize("where", [
    'text: "{name}"', 'text: hi\n  thread: ["{name}"]', 'text: hi\n  variants: {x: "{name}"}',
    'text: hi\n  content_warning: "{name}"', 'text: hi\n  media: [{file: a.png, alt: "{name}"}]',
])  # fmt: skip
def test_an_unknown_placeholder_is_a_problem_wherever_it_would_be_posted(tmp_path: Path, where: str) -> None:
    found = only_finding(tmp_path, f"- {where}")
    assert found.code == "unknown-placeholder"
    assert "{name}" in found.what


def test_a_misspelt_placeholder_is_put_right(tmp_path: Path) -> None:
    assert only_finding(tmp_path, '- text: "{Hashtag}"').mend == "Write {hashtags}."


@pytest.mark.parametrize(
    "file", ["../door.png", "/door.png", "images/../../door.png", "~/door.png", "https://example.org/door.png",
             "C:/door.png", "images\\\\door.png", "images/", "", ".."],
)  # fmt: skip
def test_media_never_leave_the_campaigns_folder(tmp_path: Path, file: str) -> None:
    assert (
        only_finding(tmp_path, f'- {{text: hi, media: [{{file: "{file}", alt: A door}}]}}').code == "bad-path"
    )


def test_an_image_without_alt_text_is_a_problem_and_still_looked_at(tmp_path: Path) -> None:
    read = read_posts(tmp_path, "- text: hi\n  media:\n    - file: door.png\n")
    assert codes(read) == [(10, "missing-alt")]
    assert read.spec is not None
    assert read.spec.posts[0].media[0].file == "door.png"


def test_an_empty_text_is_a_problem(tmp_path: Path) -> None:
    assert only_finding(tmp_path, '- text: "  "').code == "empty-text"
    assert only_finding(tmp_path, "- text:").code == "no-value"
    assert only_finding(tmp_path, "- text: hi\n  thread: [ok, '']").code == "empty-text"


def test_a_text_that_no_platform_could_take_is_named_with_how_much_is_over(tmp_path: Path) -> None:
    found = only_finding(tmp_path, f"- text: {'a' * 20_001}")
    assert (found.code, found.mend) == ("too-long", "Shorten it by 1.")


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


def test_numbers_flags_and_lists_are_not_text(tmp_path: Path) -> None:
    read = read_posts(tmp_path, "- text: 988\n- text: true\n- text: [a]\n- text: {a: b}\n- text: ~\n")
    assert codes(read) == [
        (8, "wrong-type"), (9, "wrong-type"), (10, "wrong-type"), (11, "wrong-type"), (12, "no-value")
    ]  # fmt: skip


def test_invisible_characters_are_refused_since_no_database_keeps_them(tmp_path: Path) -> None:
    assert only_finding(tmp_path, '- text: "a\\0b"').code == "control-character"


def test_where_the_campaigns_own_keys_stand_is_known(tmp_path: Path) -> None:
    read = read_text(tmp_path, f"{HEADER}hashtags:\n  primary: A\nposts: [{{text: hi}}]\n")
    assert (read.line_of("accounts"), read.line_of("hashtags"), read.line_of("queue")) == (6, 7, 0)
