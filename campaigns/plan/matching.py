"""Which post of an edited file is which of those loaded before: by id, by exact text, by place."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from campaigns.plan.spec import PostSpec
    from campaigns.plan.stored import StoredPost


class How(StrEnum):
    NEW = "new"
    ID = "id"
    TEXT = "text"
    PLACE = "place"  # only by place, and the text differs: doubtful


@dataclass(frozen=True, slots=True)
class Match:
    post: PostSpec
    stored: StoredPost | None
    how: How


def match_posts(posts: Sequence[PostSpec], stored: Iterable[StoredPost]) -> list[Match]:
    """One match for each post, in order; no stored post is matched twice.

    A post that was taken out comes back by its id or its text, never by its place. A post with an id
    that nobody knows isn't matched by place: giving an id is how a person says that a post is new.
    """
    free = {post.id: post for post in stored}
    found: dict[int, tuple[StoredPost, How]] = {}

    def settle(index: int, match: StoredPost, how: How) -> None:
        found[index] = match, how
        del free[match.id]

    by_key = {post.key: post for post in free.values()}
    for index, post in enumerate(posts):
        named = by_key.get(post.id or "")
        if named and named.id in free:
            settle(index, named, How.ID)

    for same in (whole, _text):
        alike = defaultdict(list)
        for candidate in sorted(free.values(), key=lambda post: (post.removed, post.spec.place)):
            alike[same(candidate.spec)].append(candidate)
        for index, post in enumerate(posts):
            if index not in found and alike[same(post)]:
                settle(index, alike[same(post)].pop(0), How.TEXT)

    by_place = {post.spec.place: post for post in free.values() if not post.removed}
    for index, post in enumerate(posts):
        if index not in found and post.id is None and (there := by_place.get(post.place)):
            settle(index, there, How.PLACE)

    return [Match(post, *found.get(index, (None, How.NEW))) for index, post in enumerate(posts)]


def whole(post: PostSpec) -> object:
    """What tells a post from another one with the same text."""
    return post.text, post.thread, post.at, post.every, post.language


def _text(post: PostSpec) -> object:
    return post.text
