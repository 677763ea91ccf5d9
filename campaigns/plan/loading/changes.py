"""What loading an edited file would change, each change as one sentence with old and new."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from campaigns.plan.rows import campaign_values, post_values, wall_text
from campaigns.plan.spec import DAYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sized

    from campaigns.plan.planning import Entry
    from campaigns.plan.spec import CampaignSpec, PostSpec
    from campaigns.plan.stored import StoredPost

LONGEST_EXCERPT = 40  # characters


class Kind(StrEnum):
    ADDED = "added"
    BACK = "back"  # it had been taken out
    MOVED = "moved"
    REWORDED = "reworded"
    RETAGGED = "retagged"
    REPICTURED = "repictured"
    REROUTED = "rerouted"  # to other accounts
    ADJUSTED = "adjusted"  # its late rule, essential, urgent
    RENAMED = "renamed"  # its id
    REORDERED = "reordered"
    REMOVED = "removed"
    CANCELLED = "cancelled"  # by a person; the post stays
    CAMPAIGN = "campaign"  # goal, dates and the like


@dataclass(frozen=True, slots=True)
class Change:
    kind: Kind
    line: int  # in the file, from 1; 0 where the file has no line for it
    what: str
    old: str = ""
    new: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


_POST_KINDS = {
    Kind.REWORDED: (("text", "thread", "variants", "content_warning", "language"), "is reworded"),
    Kind.RETAGGED: (("hashtags",), "gets other hashtags"),
    Kind.REROUTED: (("accounts",), "goes to other accounts"),
    Kind.MOVED: (("at", "every", "timezone"), "goes out at another time"),
    Kind.ADJUSTED: (("late", "essential", "urgent"), "gets other delivery rules"),
}


def counted(changes: Iterable[Change]) -> str:
    """`3 added, 1 moved`."""
    return ", ".join(f"{count} {kind}" for kind, count in Counter(change.kind for change in changes).items())


def added(post: PostSpec, entries: Iterable[Entry]) -> Change:
    first = next(iter(entries), None)
    when = f" at {wall_text(first.planned.wall)} {first.planned.zone}" if first else ""
    names = ", ".join(dict.fromkeys(entry.account.name for entry in entries))
    on = f" on {names}" if names else ""
    return Change(Kind.ADDED, post.line, f"{excerpt(post)} goes out{on}{when}.", new=post.text)


def back(post: PostSpec) -> Change:
    return Change(
        Kind.BACK, post.line, f"{excerpt(post)} is back after having been taken out.", new=post.text
    )


def removed(post: PostSpec, cancelled: int) -> Change:
    waiting = {0: "nothing of it was waiting", 1: "its waiting delivery is cancelled"}
    what = waiting.get(cancelled, f"its {cancelled} waiting deliveries are cancelled")
    return Change(Kind.REMOVED, 0, f"{excerpt(post)} is taken out: {what}.", old=post.text)


def cancelled(post: PostSpec, count: int) -> Change:
    deliveries = "its waiting delivery is" if count == 1 else f"its {count} waiting deliveries are"
    return Change(Kind.CANCELLED, post.line, f"{excerpt(post)} will not go out: {deliveries} cancelled.")


def retimed(entry: Entry, old: str, new: str) -> Change:
    post = entry.planned.post
    return Change(Kind.MOVED, post.line, f"{excerpt(post)} goes out at another time.", old, new)


def recomposed(entry: Entry, old: str, new: str) -> Change:
    post = entry.planned.post
    what = f"{excerpt(post)} reads differently on {entry.account.name}."
    return Change(Kind.REWORDED, post.line, what, old, new)


def reordered() -> Change:
    return Change(Kind.REORDERED, 0, "The posts stand in another order; when they go out stays.")


def between(post: PostSpec, stored: StoredPost, pictures: list[tuple[str, str]]) -> Iterator[Change]:
    """How the file's post differs from the one loaded before. `pictures` are the new (SHA-256, alt)."""
    old, new = post_values(stored.spec), post_values(post)
    for kind, (names, verb) in _POST_KINDS.items():
        differing = [name for name in names if old[name] != new[name]]
        if differing:
            yield Change(
                kind, post.line, f"{excerpt(post)} {verb}.", _shown(old, differing), _shown(new, differing)
            )
    if pictures != [(picture.facts.sha256, picture.alt) for picture in stored.pictures]:
        yield Change(
            Kind.REPICTURED,
            post.line,
            f"{excerpt(post)} gets other images or alt texts.",
            ", ".join(f"{picture.file} ({picture.alt})" for picture in stored.pictures),
            ", ".join(f"{media.file} ({media.alt})" for media in post.media),
        )
    if post.id and post.id != stored.key:
        yield Change(Kind.RENAMED, post.line, f"{excerpt(post)} gets another id.", stored.key, post.id)


def of_campaign(spec: CampaignSpec, before: CampaignSpec) -> Iterator[Change]:
    """How what the file says above its posts differs from before."""
    old, new = campaign_values(before), campaign_values(spec)
    for name in new:
        if old[name] != new[name]:
            kind = Kind.RETAGGED if name == "hashtags" else Kind.CAMPAIGN
            key = "campaign" if name == "title" else name
            if name == "queue":
                yield Change(kind, 0, "The campaign gets other slots.", _slots(before), _slots(spec))
                continue
            what = f"The campaign gets another `{key}`."
            yield Change(kind, 0, what, _shown(old, [name]), _shown(new, [name]))


def meant(more: Sized, anew: Sized, fewer: Sized) -> Change | None:
    """What a change of the campaign itself means for what is planned."""
    counts = [(len(more), "planned in addition"), (len(anew), "changed"), (len(fewer), "cancelled")]
    said = [f"{number} {what}" for number, what in counts if number]
    return Change(Kind.CAMPAIGN, 0, f"Of its deliveries: {', '.join(said)}.") if said else None


def excerpt(post: PostSpec) -> str:
    """The post as a sentence begins with it."""
    line = post.text.replace("{hashtags}", "").strip().partition("\n")[0].rstrip()
    line = line or post.text
    short = line if len(line) <= LONGEST_EXCERPT else line[: LONGEST_EXCERPT - 1].rstrip() + "…"
    return f'"{short}"'


def _shown(values: dict[str, Any], names: list[str]) -> str:
    if len(names) == 1:
        return _text(values[names[0]])
    return "; ".join(f"{name}: {_text(values[name])}" for name in names)


def _slots(spec: CampaignSpec) -> str:
    """`mon, wed at 09:00; tue at 18:30 America/New_York`"""
    return "; ".join(
        f"{', '.join(DAYS[day] for day in slot.days)} at {slot.at:%H:%M} {slot.timezone or ''}".rstrip()
        for slot in spec.slots
    )


def _text(value: Any) -> str:
    if value in (None, [], {}):
        return ""
    if isinstance(value, (dict, list, bool)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
