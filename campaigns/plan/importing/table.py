"""Posts from a table, for a campaign that is there: what it has stays, and what the table has comes in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from campaigns.core.errors import Missing
from campaigns.plan.csvposts import read_posts_csv
from campaigns.plan.frame import Frame
from campaigns.plan.matching import whole
from campaigns.plan.reading import Read, place_posts
from campaigns.plan.report import Report
from campaigns.plan.stored import read_stored

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlmodel import Session

    from campaigns.plan.spec import CampaignSpec, PostSpec
    from campaigns.plan.stored import StoredPost


def read_into(session: Session, organisation_id: int, slug: str, table: Path) -> Read:
    """The campaign as it would be with the table's posts after its own.

    A row that has the `id` of one of its posts, or says the same at the same time, is that post: so that
    the same table may come in twice. Raises `Missing` when there is no such campaign.
    """
    stored = read_stored(session, organisation_id, slug)
    if stored is None or stored.campaign.removed_utc is not None:
        raise Missing("There is no campaign under that address; it may have been removed.")
    before, report = stored.spec, Report(str(table))
    frame = Frame(before.starts, before.ends, before.timezone, before.slots, dates_known=True, assumed=False)
    rows = place_posts(read_posts_csv(table, report), frame, report)
    spec = _joined(before, rows, stored.posts)
    return Read(replace(spec, folder=table.parent, source=str(table)), report.by_line())


def _joined(before: CampaignSpec, rows: Sequence[PostSpec], stored: Sequence[StoredPost]) -> CampaignSpec:
    by_id = {post.key: post.key for post in stored}
    by_content = {whole(post.spec): post.key for post in stored}
    posts = {post.id: replace(post, source=before.slug, line=post.place + 1) for post in before.posts}
    fresh = []
    for row in rows:
        key = by_id.pop(row.id or "", None) or by_content.pop(whole(row), None)
        if key is None:
            fresh.append(row)
        else:
            posts[key] = replace(row, id=key)  # in its place, or back at the end
    return replace(
        before,
        posts=tuple(replace(post, place=place) for place, post in enumerate([*posts.values(), *fresh])),
    )
