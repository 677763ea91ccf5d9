"""What is asked for by name becomes what the database knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from campaigns.deliver.calendar import Narrowed

if TYPE_CHECKING:
    from campaigns.deliver.calendar import Choices
    from campaigns.web.calendar.asking import Asked


def narrowed_to(organisation_id: int, known: Choices, wanted: Asked) -> Narrowed:
    """A name that nothing bears shows nothing rather than everything."""
    campaigns = [one for one in known.campaigns if wanted.campaign in {"", one.slug}]
    account = next((number for number, name in known.accounts if name == wanted.account), 0)
    return Narrowed(
        organisation_id,
        campaign_ids=[one.id for one in campaigns] if wanted.campaign else None,
        account_id=account if wanted.account else None,
        state=wanted.state,
        language=wanted.language,
        language_of=[one.id for one in campaigns if one.languages[:1] == (wanted.language,)],
        removed_ids=known.removed_ids,
    )
