"""What the composer works on: a campaign, perhaps one of its posts, and what can be chosen for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from campaigns.plan.editing import Editor
from campaigns.plan.editing.drafts import others_on
from campaigns.plan.editing.library import facts_of_files, library_name
from campaigns.plan.editing.touched import touch, touch_campaign
from campaigns.plan.library.looking import library
from campaigns.plan.membership import Members
from campaigns.web.composing.form import image_numbers, tag_list

if TYPE_CHECKING:
    from sqlmodel import Session

    from campaigns.models import Account, Campaign
    from campaigns.plan.editing.drafts import Other
    from campaigns.plan.editing.library import Known
    from campaigns.plan.library.looking import Shown
    from campaigns.plan.spec import CampaignSpec
    from campaigns.plan.stored import StoredPost
    from campaigns.web.base.forms import Typed
    from campaigns.web.base.visit import Visit

MOST_OFFERED = 24
"""Images of the library that the composer itself offers; all of them stand on the library's own page."""


@dataclass(frozen=True)
class Work:
    campaign: Campaign
    spec: CampaignSpec
    post: StoredPost | None = None
    accounts: tuple[Account, ...] = ()  # that can be chosen
    others: tuple[Other, ...] = ()  # who else is writing on the post
    images: dict[str, Known] = field(default_factory=dict)  # of the form, by what it calls them
    offered: tuple[tuple[str, Shown], ...] = ()  # of the library, each with how a post calls it

    @property
    def post_id(self) -> int:
        return self.post.id if self.post else 0

    @property
    def path(self) -> str:
        return f"/posts/{self.post_id}/edit" if self.post else "/posts/new"

    @property
    def begun(self) -> bool:
        """Some of it is out or on its way, which no edit changes."""
        rows = self.post.deliveries.values() if self.post else ()
        return any(not row.editable and not row.taken_out for row in rows)

    def account_names(self, typed: Typed) -> list[tuple[str, Account | None]]:
        """Those there are, and those that the campaign or post names though they are gone."""
        known = {account.name: account for account in self.accounts}
        named = dict.fromkeys((*known, *self.spec.accounts, *typed.all("accounts")))
        return [(name, known.get(name)) for name in named]

    def variant_names(self, typed: Typed) -> list[str]:
        """Platforms first, then accounts of which there are several on one."""
        chosen = [account for name, account in self.account_names(typed) if account]
        platforms = [account.platform for account in chosen]
        single = [account.name for account in chosen if platforms.count(account.platform) > 1]
        written = [
            name.removeprefix("variant-")
            for name in typed.fields
            if name.startswith("variant-") and typed.text(name)
        ]
        return list(dict.fromkeys((*platforms, *single, *written)))

    def tags(self, typed: Typed) -> list[str]:
        """The campaign's, and those of the post beside them."""
        return list(dict.fromkeys((*tag_list(self.spec.hashtags), *typed.all("tag"))))


def look_up(visit: Visit, session: Session, typed: Typed, *, campaign: str = "", post_id: int = 0) -> Work:
    """Raises `Missing` for another organisation's."""
    editor = editor_of(visit, session, dry_run=True)
    stored = touch(editor, [post_id]) if post_id else touch_campaign(editor, campaign)
    files = [typed.text(f"media-{number}-file") for number in image_numbers(typed)]
    recent = library(session, visit.organisation_id).images[:MOST_OFFERED]
    return Work(
        stored.campaign,
        stored.spec,
        stored.posts[0] if post_id else None,
        tuple(Members(session, visit.organisation_id).connected.values()),
        tuple(others_on(session, visit.me, post_id, visit.now)) if post_id else (),
        facts_of_files(session, visit.organisation_id, stored, files),
        tuple((library_name(image.sha256, image.mime), image) for image in recent),
    )


def editor_of(visit: Visit, session: Session, *, dry_run: bool = False) -> Editor:
    return Editor(session, visit.organisation_id, visit.name, visit.now, dry_run=dry_run)
