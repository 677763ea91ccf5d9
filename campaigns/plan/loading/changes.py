"""What loading an edited file would change, each change as one sentence with old and new."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from campaigns.core.words import N_, Counted, Sentence, listed
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
    Kind.REWORDED: (
        ("text", "thread", "variants", "content_warning", "language"),
        N_("%(post)s is reworded."),
    ),
    Kind.RETAGGED: (("hashtags",), N_("%(post)s gets other hashtags.")),
    Kind.REROUTED: (("accounts",), N_("%(post)s goes to other accounts.")),
    Kind.MOVED: (("at", "every", "timezone"), N_("%(post)s goes out at another time.")),
    Kind.ADJUSTED: (("late", "essential", "urgent"), N_("%(post)s gets other delivery rules.")),
}


def counted(changes: Iterable[Change]) -> str:
    """`3 added, 1 moved`."""
    return ", ".join(f"{count} {kind}" for kind, count in Counter(change.kind for change in changes).items())


def added(post: PostSpec, entries: Iterable[Entry]) -> Change:
    known = list(entries)
    if not known:
        what = Sentence("%(post)s goes out.", post=excerpt(post))
    else:
        first = known[0].planned
        what = Sentence(
            "%(post)s goes out on %(accounts)s at %(wall)s %(zone)s.",
            post=excerpt(post),
            accounts=", ".join(dict.fromkeys(entry.account.name for entry in known)),
            wall=wall_text(first.wall),
            zone=first.zone,
        )
    return Change(Kind.ADDED, post.line, what, new=post.text)


def back(post: PostSpec) -> Change:
    return Change(
        Kind.BACK,
        post.line,
        Sentence("%(post)s is back after having been taken out.", post=excerpt(post)),
        new=post.text,
    )


def removed(post: PostSpec, cancelled: int) -> Change:
    what: Sentence
    if cancelled:
        what = Counted(
            "%(post)s is taken out: its waiting delivery is cancelled.",
            "%(post)s is taken out: its %(n)s waiting deliveries are cancelled.",
            cancelled,
            post=excerpt(post),
        )
    else:
        what = Sentence("%(post)s is taken out: nothing of it was waiting.", post=excerpt(post))
    return Change(Kind.REMOVED, 0, what, old=post.text)


def cancelled(post: PostSpec, count: int) -> Change:
    what = Counted(
        "%(post)s will not go out: its waiting delivery is cancelled.",
        "%(post)s will not go out: its %(n)s waiting deliveries are cancelled.",
        count,
        post=excerpt(post),
    )
    return Change(Kind.CANCELLED, post.line, what)


def retimed(entry: Entry, old: str, new: str) -> Change:
    post = entry.planned.post
    return Change(
        Kind.MOVED,
        post.line,
        Sentence("%(post)s goes out at another time.", post=excerpt(post)),
        old,
        new,
    )


def recomposed(entry: Entry, old: str, new: str) -> Change:
    post = entry.planned.post
    what = Sentence("%(post)s reads differently on %(name)s.", post=excerpt(post), name=entry.account.name)
    return Change(Kind.REWORDED, post.line, what, old, new)


def reordered() -> Change:
    return Change(Kind.REORDERED, 0, Sentence("The posts stand in another order; when they go out stays."))


def between(post: PostSpec, stored: StoredPost, pictures: list[tuple[str, str]]) -> Iterator[Change]:
    """How the file's post differs from the one loaded before. `pictures` are the new (SHA-256, alt)."""
    old, new = post_values(stored.spec), post_values(post)
    for kind, (names, told) in _POST_KINDS.items():
        differing = [name for name in names if old[name] != new[name]]
        if differing:
            yield Change(
                kind,
                post.line,
                Sentence(told, post=excerpt(post)),
                _shown(old, differing),
                _shown(new, differing),
            )
    if pictures != [(picture.facts.sha256, picture.alt) for picture in stored.pictures]:
        yield Change(
            Kind.REPICTURED,
            post.line,
            Sentence("%(post)s gets other images or alt texts.", post=excerpt(post)),
            ", ".join(f"{picture.file} ({picture.alt})" for picture in stored.pictures),
            ", ".join(f"{media.file} ({media.alt})" for media in post.media),
        )
    if post.id and post.id != stored.key:
        yield Change(
            Kind.RENAMED,
            post.line,
            Sentence("%(post)s gets another id.", post=excerpt(post)),
            stored.key,
            post.id,
        )


def of_campaign(spec: CampaignSpec, before: CampaignSpec) -> Iterator[Change]:
    """How what the file says above its posts differs from before."""
    old, new = campaign_values(before), campaign_values(spec)
    for name in new:
        if old[name] != new[name]:
            kind = Kind.RETAGGED if name == "hashtags" else Kind.CAMPAIGN
            key = "campaign" if name == "title" else name
            if name == "queue":
                yield Change(
                    kind, 0, Sentence("The campaign gets other slots."), _slots(before), _slots(spec)
                )
                continue
            what = Sentence("The campaign gets another `%(key)s`.", key=key)
            yield Change(kind, 0, what, _shown(old, [name]), _shown(new, [name]))


def meant(more: Sized, anew: Sized, fewer: Sized) -> Change | None:
    """What a change of the campaign itself means for what is planned."""
    said = [
        Counted("%(n)s planned in addition", "%(n)s planned in addition", len(more)) if more else "",
        Counted("%(n)s changed", "%(n)s changed", len(anew)) if anew else "",
        Counted("%(n)s cancelled", "%(n)s cancelled", len(fewer)) if fewer else "",
    ]
    if not any(said):
        return None
    return Change(Kind.CAMPAIGN, 0, Sentence("Of its deliveries: %(said)s.", said=listed(said)))


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
