"""Which of a campaign's hashtags go into a post, where, and what is wrong with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from campaigns.compose.camelcase import needs_capitals, suggest
from campaigns.compose.drafts import Remark
from campaigns.core.findings import Level
from campaigns.core.words import Counted, Sentence, joined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from campaigns.compose.placeholder import Body
    from campaigns.platforms.contract import Limits, Rules

ABOUT_TAGS = frozenset({"tag-never-links", "duplicate-tag", "lowercase-tag", "tags-beyond-advice"})
"""Codes of remarks that speak of the tags, whatever post they stand in: saying each once is enough."""

_NOT_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Choice:
    """The tags to place, and the supporting ones left out for want of room or by the platform's advice."""

    placed: tuple[str, ...]
    no_room: tuple[str, ...] = ()
    beyond_advice: tuple[str, ...] = ()


def distinct(tags: Iterable[str]) -> list[str]:
    """Without those that a platform takes for the same: case does not matter."""
    first: dict[str, str] = {}
    for tag in tags:
        first.setdefault(tag.casefold(), tag)
    return list(first.values())


def written_tags(texts: Iterable[str], rules: Rules) -> list[str]:
    """The hashtags that link in these texts as they stand, without their #."""
    return [text[start + 1 : end] for text in texts for start, end in rules.facets(text)]


def choose(
    must: Sequence[str], may: Sequence[str], room_for: int | None, fits: Callable[[Sequence[str]], bool]
) -> Choice:
    """All of `must`, then of `may` in order as many as fit, `room_for` in all (None: any number)."""
    allowed = len(may) if room_for is None else max(room_for - len(must), 0)
    if fits(all_of := [*must, *may[:allowed]]):
        return Choice(tuple(all_of), beyond_advice=tuple(may[allowed:]))
    if not fits(must):
        return Choice(tuple(must), no_room=tuple(may))
    placed, no_room = list(must), list[str]()
    for place, tag in enumerate(may):
        if len(placed) - len(must) == allowed:
            return Choice(tuple(placed), tuple(no_room), tuple(may[place:]))
        if fits([*placed, tag]):
            placed.append(tag)
        else:
            no_room.append(tag)
    return Choice(tuple(placed), tuple(no_room))


def place_tags(body: Body, tags: Sequence[str], rules: Rules) -> str:
    """The tags in their place, set apart from their neighbours where one would not link otherwise."""
    line = " ".join(f"#{tag}" for tag in tags)
    text = body.filled(line)
    if not line or not body.touches:
        return text
    should_link = {*written_tags([body.plain], rules), *(tag for tag in tags if not rules.tag_trouble(tag))}
    return text if should_link <= {*written_tags([text], rules)} else body.filled(line, apart=True)


def room_by_advice(written: int, limits: Limits) -> int | None:
    """How many tags may be added to a text that has `written` ones; None: any number."""
    most = _most(limits)
    return None if most is None else max(most - written, 0)


def choice_remarks(choice: Choice, rules: Rules, limits: Limits, part: int) -> list[Remark]:
    """Quiet notes on the supporting tags that were left out."""
    remarks = []
    if choice.no_room:
        remarks.append(
            Remark(
                Level.NOTE,
                "tags-no-room",
                Sentence(
                    "There is no room on %(platform)s for %(tags)s.",
                    platform=rules.label,
                    tags=_listed(choice.no_room),
                ),
                Sentence("Shorten the text if they should go along."),
                part,
            )
        )
    if choice.beyond_advice:
        what = Counted(
            "%(platform)s advises %(most)s in a post, so %(tags)s is left out.",
            "%(platform)s advises %(most)s in a post, so %(tags)s are left out.",
            len(choice.beyond_advice),
            platform=rules.label,
            most=Counted("1 hashtag", "at most %(n)s hashtags", _most(limits) or 0),
            tags=_listed(choice.beyond_advice),
        )
        mend = Sentence("Nothing to do if that suits; the first supporting tags go in first.")
        remarks.append(Remark(Level.NOTE, "tags-beyond-advice", what, mend, part))
    return remarks


def tag_remarks(tags: Sequence[str], rules: Rules) -> list[Remark]:
    """What is wrong with the tags themselves."""
    remarks: list[Remark] = []
    seen: dict[str, str] = {}
    for tag in tags:
        first = seen.setdefault(tag.casefold(), tag)
        if first is not tag:
            remarks.append(_duplicate(first, tag))
            continue
        if trouble := rules.tag_trouble(tag):
            what = Sentence(
                "#%(tag)s never links on %(platform)s: %(why)s.", tag=tag, platform=rules.label, why=trouble
            )
            remarks.append(Remark(Level.PROBLEM, "tag-never-links", what, _mended(tag, rules)))
        elif needs_capitals(tag):
            remarks.append(_lower_case(tag, tags))
    return remarks


def _duplicate(first: str, again: str) -> Remark:
    what = (
        Sentence("#%(again)s is given twice.", again=again)
        if first == again
        else Sentence(
            "#%(again)s and #%(first)s are one hashtag: case does not matter.", again=again, first=first
        )
    )
    return Remark(
        Level.NOTE,
        "duplicate-tag",
        joined(what, Sentence("It is placed once, as #%(first)s.", first=first)),
        Sentence("Leave one out."),
    )


def _lower_case(tag: str, tags: Sequence[str]) -> Remark:
    better = suggest(tag, tags)
    what = Sentence("#%(tag)s has no capitals, so a screen reader takes it for one word.", tag=tag)
    mend = (
        Sentence("Write #%(better)s.", better=better)
        if better
        else Sentence("Begin each of its words with a capital, as in #TimeToTalk; the tag stays the same.")
    )
    return Remark(Level.NOTE, "lowercase-tag", what, mend)


def _mended(tag: str, rules: Rules) -> str:
    words = [word for word in _NOT_WORD.split(tag) if word]
    whole = "".join(word[0].upper() + word[1:] for word in words)
    for better in (whole, f"Call{whole}"):
        if whole and rules.tag_trouble(better) is None:
            return Sentence("#%(better)s does.", better=better)
    return Sentence("Use letters and digits without spaces, with one letter at least.")


def _most(limits: Limits) -> int | None:
    return min((most for most in (limits.tags_advised, limits.tags_most) if most is not None), default=None)


def _listed(tags: Sequence[str]) -> str:
    return ", ".join(f"#{tag}" for tag in tags)
