"""Whether a part may go out as it stands, and how to mend it where not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from campaigns.compose.drafts import Remark
from campaigns.compose.hashtags import written_tags
from campaigns.core.findings import Level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from campaigns.compose.measuring import Measure
    from campaigns.platforms.contract import Limits, Rules


def too_long(
    measured: Measure, subject: str, part: int, rules: Rules, crowding: str | None
) -> Iterator[Remark]:
    """One problem for each limit that is passed. `crowding` is the tag without which all would fit."""
    if part == 0:
        mend = f"Shorten it, or write a shorter one under `variants:` as `{rules.name}:`."
    else:
        mend = "Shorten it, or make two parts of it."
    for over in measured.over:
        if crowding:
            what = f"There is no room for #{crowding}: with it, {subject} is {over}."
            yield Remark(Level.PROBLEM, "no-room-for-primary-tag", what, mend, part)
        else:
            what = f"{subject[0].upper()}{subject[1:]} is {over}."
            yield Remark(Level.PROBLEM, "too-long", what, mend, part)


def nothing_said(subject: str, part: int) -> Remark:
    what = f"{subject[0].upper()}{subject[1:]} is empty."
    return Remark(Level.PROBLEM, "empty-text", what, "Write something, or leave it out.", part)


def too_many_tags(text: str, part: int, rules: Rules, limits: Limits) -> Iterator[Remark]:
    most = limits.tags_most
    if most is not None and (count := len(written_tags([text], rules))) > most:
        what = f"{rules.label} takes at most {most} hashtags in a post; this one has {count}."
        yield Remark(Level.PROBLEM, "too-many-hashtags", what, "Leave some out.", part)
