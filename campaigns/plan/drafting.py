"""One post for one account: its variant, its tags and its images, composed for that platform."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from campaigns.compose.composing import compose
from campaigns.compose.drafts import Draft, ImageFacts
from campaigns.compose.payload import payload
from campaigns.platforms.registry import rules_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from campaigns.compose.drafts import Composed
    from campaigns.models import Account
    from campaigns.plan.pictures import Picture, Seen
    from campaigns.plan.spec import CampaignSpec, PostSpec
    from campaigns.platforms.contract import Limits


Progress: TypeAlias = "Callable[[int, int], None]"
"""Hears how many of how many occurrences are composed."""


@dataclass
class Bench:
    """What has been composed and looked at already.

    A check that shares its bench with the load after it keeps the load's transaction short.
    """

    composed: dict[tuple[Draft, str, Limits], Composed] = field(default_factory=dict)
    seen: Seen = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Writing:
    """What goes out, once the images have numbers."""

    composed: Composed
    language: str | None
    pictures: tuple[Picture, ...]

    def payloads(self, media_ids: Mapping[str, int]) -> list[dict[str, Any]]:
        """One for each part; the images go with the first. `media_ids` are by SHA-256, 0 where unknown."""
        media = [(media_ids.get(picture.facts.sha256, 0), picture.alt) for picture in self.pictures]
        return [
            payload(part, language=self.language, media=() if place else media)
            for place, part in enumerate(self.composed.parts)
        ]


class Writer:
    """Composes a campaign's posts for its accounts."""

    def __init__(self, spec: CampaignSpec, bench: Bench) -> None:
        self._spec = spec
        self._bench = bench
        self._limits: dict[int, Limits] = {}

    def write(self, post: PostSpec, account: Account, pictures: tuple[Picture, ...]) -> Writing:
        draft = self._draft(post, account, pictures)
        limits = self._limits.get(account.id)
        if limits is None:
            limits = self._limits[account.id] = rules_of(account.platform).limits(account.limits)
        known = (draft, account.platform, limits)
        composed = self._bench.composed.get(known)
        if composed is None:
            composed = self._bench.composed[known] = compose(draft, account.platform, limits)
        return Writing(composed, draft.language, pictures)

    def _draft(self, post: PostSpec, account: Account, pictures: tuple[Picture, ...]) -> Draft:
        hashtags = self._spec.hashtags if post.hashtags is None else post.hashtags
        primary = (hashtags.primary,) if hashtags.primary else ()
        variants = post.variants
        return Draft(
            text=variants.get(account.name) or variants.get(account.platform) or post.text,
            thread=post.thread,
            tags=(*primary, *hashtags.supporting),
            language=post.language or next(iter(self._spec.languages), None),
            content_warning=post.content_warning,
            images=tuple(
                ImageFacts(picture.file, picture.alt, picture.facts.mime, picture.facts.size)
                for picture in pictures
            ),
            primary_first=bool(primary),
        )
