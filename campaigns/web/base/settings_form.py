"""The form of a campaign's settings: as a campaign file's keys, and back."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from campaigns.web.base.forms import Typed
from campaigns.web.base.languages import N_

if TYPE_CHECKING:
    from campaigns.core.findings import Finding
    from campaigns.models import Campaign
    from campaigns.plan.spec import CampaignSpec

LABELS = {
    "title": N_("Title"),
    "goal": N_("Goal"),
    "starts": N_("First day"),
    "ends": N_("Last day"),
    "timezone": N_("Time zone"),
    "accounts": N_("Accounts"),
    "primary": N_("Main hashtag"),
    "supporting": N_("Further hashtags"),
    "languages": N_("Languages"),
    "regions": N_("Countries"),
    "topics": N_("Topics"),
}
NEEDED = ("title", "starts", "ends", "timezone", "accounts")

_FIELDS = {"campaign": "title", "hashtags.primary": "primary", "hashtags.supporting": "supporting"}


def words(text: str) -> list[str]:
    """Of a field that holds several, between blanks or commas."""
    return text.replace(",", " ").split()


def flat(typed: Typed) -> Typed:
    """The ticked accounts as one value, as a page of differences shows and sends them."""
    accounts = [name for value in typed.all("accounts") for name in value.split()]
    return Typed({**typed.fields, "accounts": accounts})


def as_keys(typed: Typed) -> dict[str, Any]:
    """What a campaign file would hold; empty fields count as not given."""
    return {
        "campaign": typed.text("title"),
        "slug": typed.text("slug"),
        "goal": typed.text("goal"),
        "timezone": typed.text("timezone"),
        "starts": typed.text("starts"),
        "ends": typed.text("ends"),
        "languages": words(typed.text("languages")),
        "regions": words(typed.text("regions").upper()),
        "topics": words(typed.text("topics")),
        "hashtags": {"primary": typed.text("primary"), "supporting": words(typed.text("supporting"))},
        "accounts": typed.all("accounts"),
    }


def told(typed: Typed, findings: dict[str, list[Finding]]) -> None:
    """Each finding beside the field that it is about."""
    for path, found in findings.items():
        field = next((name for key, name in _FIELDS.items() if path.startswith(key)), path.partition(".")[0])
        for finding in found:
            typed.wrong(field, finding.said)


def filled(campaign: Campaign | CampaignSpec) -> dict[str, list[str]]:
    """The form of a campaign as it stands, or as somebody wants it."""
    tags = campaign.hashtags if isinstance(campaign.hashtags, dict) else asdict(campaign.hashtags)
    return {
        "title": [campaign.title],
        "goal": [campaign.goal],
        "starts": [campaign.starts.isoformat()],
        "ends": [campaign.ends.isoformat()],
        "timezone": [campaign.timezone],
        "accounts": list(campaign.accounts),
        "primary": [tags.get("primary") or ""],
        "supporting": [" ".join(tags.get("supporting", ()))],
        "languages": [" ".join(campaign.languages)],
        "regions": [" ".join(campaign.regions)],
        "topics": [" ".join(campaign.topics)],
    }
