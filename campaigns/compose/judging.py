"""Whether a part may go out as it stands, and how to mend it where not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from campaigns.compose.drafts import Remark
from campaigns.compose.hashtags import written_tags
from campaigns.core.findings import Level
from campaigns.core.words import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from campaigns.compose.measuring import Measure
    from campaigns.platforms.contract import Limits, Rules


@dataclass(frozen=True, slots=True)
class Subject:
    """What a part of a post is called: where a sentence begins, and within one."""

    begins: str
    within: str


def subject_of(part: int, *, thread: bool, warned: bool) -> Subject:
    """`part` from 0; `warned`: its content warning counts too."""
    number = str(part + 1)
    if thread and warned:
        return Subject(
            Sentence("Part %(part)s with its content warning", part=number),
            Sentence("part %(part)s with its content warning", part=number),
        )
    if thread:
        return Subject(Sentence("Part %(part)s", part=number), Sentence("part %(part)s", part=number))
    if warned:
        return Subject(
            Sentence("The text with its content warning"), Sentence("the text with its content warning")
        )
    return Subject(Sentence("The text"), Sentence("the text"))


def too_long(
    measured: Measure, subject: Subject, part: int, rules: Rules, crowding: str | None
) -> Iterator[Remark]:
    """One problem for each limit that is passed. `crowding` is the tag without which all would fit."""
    if part == 0:
        mend = Sentence(
            "Shorten it, or write a shorter one under `variants:` as `%(name)s:`.", name=rules.name
        )
    else:
        mend = Sentence("Shorten it, or make two parts of it.")
    for over in measured.over:
        if crowding:
            what = Sentence(
                "There is no room for #%(tag)s: with it, %(subject)s is %(over)s.",
                tag=crowding,
                subject=subject.within,
                over=over,
            )
            yield Remark(Level.PROBLEM, "no-room-for-primary-tag", what, mend, part)
        else:
            what = Sentence("%(subject)s is %(over)s.", subject=subject.begins, over=over)
            yield Remark(Level.PROBLEM, "too-long", what, mend, part)


def nothing_said(subject: Subject, part: int) -> Remark:
    what = Sentence("%(subject)s is empty.", subject=subject.begins)
    return Remark(Level.PROBLEM, "empty-text", what, Sentence("Write something, or leave it out."), part)


def too_many_tags(text: str, part: int, rules: Rules, limits: Limits) -> Iterator[Remark]:
    most = limits.tags_most
    if most is not None and (count := len(written_tags([text], rules))) > most:
        what = Sentence(
            "%(platform)s takes at most %(most)s hashtags in a post; this one has %(count)s.",
            platform=rules.label,
            most=most,
            count=count,
        )
        yield Remark(Level.PROBLEM, "too-many-hashtags", what, Sentence("Leave some out."), part)
