"""A campaign file becomes a `CampaignSpec`, and everything wrong with it is found in one run."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from campaigns.core.words import Sentence
from campaigns.plan.csvposts import read_posts_csv
from campaigns.plan.frame import OUTSIDE, read_frame, strays
from campaigns.plan.keys import CAMPAIGN
from campaigns.plan.nodes import Mapping, described
from campaigns.plan.report import Broken, Report
from campaigns.plan.spec import CampaignSpec, Hashtags, PostSpec
from campaigns.plan.textfile import read_text
from campaigns.plan.yaml12 import parse_yaml

if TYPE_CHECKING:
    from pathlib import Path

    from campaigns.core.findings import Finding
    from campaigns.plan.building import ReadPost
    from campaigns.plan.containers import Values
    from campaigns.plan.frame import Frame
    from campaigns.plan.nodes import Node


@dataclass(frozen=True, slots=True)
class Read:
    """What a file says and what is wrong with it.

    Beside problems, `spec` holds what could be understood: enough to look for more problems, never to
    load. It is None when the file is no campaign at all.
    """

    spec: CampaignSpec | None
    findings: list[Finding]  # by line
    lines: dict[str, int] = field(default_factory=dict)
    assumed: bool = False  # days, zone or queue are stand-ins: nothing can be said about times

    def line_of(self, key: str) -> int:
        """Where one of the campaign's own keys stands; 0 where it does not."""
        return self.lines.get(key, 0)


def read_campaign(path: Path) -> Read:
    """Reads a YAML campaign file, and the CSV file that its `posts` may name.

    Never raises for what is in a file, nor for a file that is not there.
    """
    report = Report(str(path))
    try:
        values = _values(parse_yaml(read_text(path, report), report), report)
    except Broken:
        return Read(None, report.by_line())
    frame = read_frame(values, report)
    found = values.get("posts", ())
    if isinstance(found, str):
        beside = Report(str(path.parent / found))
        posts = place_posts(_from_csv(path.parent, found, beside), frame, beside)
        findings = sorted([*report.by_line(), *beside.by_line()])
    else:
        posts = place_posts(found, frame, report)
        findings = report.by_line()
    return Read(_spec(values, frame, posts, path), findings, values.lines, frame.assumed)


def _from_csv(folder: Path, file: str, report: Report) -> tuple[ReadPost, ...]:
    path = folder / file
    if not path.resolve().is_relative_to(folder.resolve()):
        report.problem(
            0,
            "bad-path",
            Sentence("This file is a link that leads outside the campaign file's folder."),
            Sentence("Put the file itself there."),
        )
        return ()
    return read_posts_csv(path, report)


def _values(root: Node, report: Report) -> Values:
    if not isinstance(root, Mapping):
        report.problem(
            root.line,
            "not-a-campaign",
            Sentence("This file holds %(root)s, and a campaign is keys with values.", root=described(root)),
            Sentence("Begin it with campaign: and the campaign's title."),
        )
        raise Broken
    values: Values = CAMPAIGN.read(root, "campaign", report)
    return values


def place_posts(found: tuple[ReadPost, ...], frame: Frame, report: Report) -> tuple[PostSpec, ...]:
    """The posts with their places; those whose recurrence cannot be are left out."""
    seen: dict[str, int] = {}
    posts = []
    for place, post in enumerate(found):
        _report_known_id(post, seen, report)
        if not frame.dates_known or _is_within(post, frame, report):
            posts.append(replace(post.spec, place=place, source=report.file))
    return tuple(posts)


def _report_known_id(post: ReadPost, seen: dict[str, int], report: Report) -> None:
    if (key := post.spec.id) is None:
        return
    line = post.lines["id"]
    if seen.setdefault(key, line) != line:
        report.problem(
            line,
            "twice",
            Sentence(
                "The id %(key)s is also that of the post in line %(line)s.", key=key, line=str(seen[key])
            ),
            Sentence("Give another id."),
        )


def _is_within(post: ReadPost, frame: Frame, report: Report) -> bool:
    """Reports a date outside the campaign; says whether the post can be planned at all."""
    for key, what, mend in strays(post.spec, frame.starts, frame.ends):
        report.problem(post.lines[key], OUTSIDE, what, mend)
    until = post.spec.every.until if post.spec.every else None
    return until is None or frame.starts <= until <= frame.ends


def _spec(values: Values, frame: Frame, posts: tuple[PostSpec, ...], path: Path) -> CampaignSpec:
    settings = settings_in(values, frame)
    return replace(settings, posts=posts, slots=frame.slots, folder=path.parent, source=str(path))


def settings_in(values: Values, frame: Frame) -> CampaignSpec:
    """What a campaign's own keys say: all but its posts and its slots."""
    return CampaignSpec(
        title=values.get("campaign", ""),
        slug=values.get("slug", ""),
        timezone=frame.timezone,
        starts=frame.starts,
        ends=frame.ends,
        accounts=values.get("accounts", ()),
        posts=(),
        goal=values.get("goal", ""),
        languages=values.get("languages", ()),
        regions=values.get("regions", ()),
        topics=values.get("topics", ()),
        hashtags=values.get("hashtags", Hashtags()),
    )
