"""What is wrong with a post, in words beside its fields; what is only worth a look stands in its preview."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from campaigns.core.findings import Level
from campaigns.web.base.languages import N_

if TYPE_CHECKING:
    from campaigns.compose.drafts import Remark
    from campaigns.core.findings import Finding
    from campaigns.plan.editing import Preview, Sight
    from campaigns.web.base.forms import Typed
    from campaigns.web.base.visit import Visit
    from campaigns.web.composing.form import Form

SAID = {
    "missing-key": N_("This is still empty."),
    "empty-text": N_("Write something first."),
    "missing-alt": N_("Describe this image, for people who cannot see it."),
    "alt-missing": N_("Describe this image, for people who cannot see it."),
    "bad-moment": N_("Choose a date and a time."),
    "bad-time": N_("Choose a time of day."),
    "bad-date": N_("Write each date as 2027-10-11."),
    "bad-zone": N_("Choose a time zone of the list."),
    "bad-duration": N_("Write minutes, hours or days, such as 45m, 2h or 1d."),
    "bad-language": N_("Write a language tag such as en, es or pt-BR."),
    "bad-hashtag": N_("Each hashtag is one word; put spaces between them."),
    "wrong-type": N_("Write a whole number from 1."),
    "in-the-past": N_("This time has passed already; choose a later one."),
    "no-slots": N_("This campaign has no queue; choose a date and a time."),
    "no-slot-left": N_("The queue has no free slot left; choose a date and a time."),
    "never-comes": N_("This never comes between the campaign's first and last day."),
    "media": N_("This image is not in the media library any more; choose another."),
}  # fmt: skip
"""Where we say it better than a campaign file's reader; the others are shown as they are."""

WHERE = {
    "in-the-past": "date",
    "outside-campaign": "date",
    "never-comes": "every_n",
    "no-slots": "when",
    "no-slot-left": "when",
    "account-not-connected": "accounts",
    "unknown-variant": "text",
    "media": "media",
}
TAGS = frozenset({"tag-never-links", "duplicate-tag", "lowercase-tag", "tags-beyond-advice"})


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence, perhaps with how to mend it."""

    what: str
    mend: str = ""
    of: str = ""  # whose: an account's name


def said(visit: Visit, finding: Finding | Remark, of: str = "") -> Said:
    if finding.code in SAID:
        return Said(visit.say(SAID[finding.code]), of=of)
    return Said(visit.told(finding.what), visit.told(_in_a_form(finding.mend)), of)


def tell_problems(visit: Visit, typed: Typed, form: Form, shown: Preview) -> None:
    """Each problem beside the field where it can be mended."""
    for path, findings in shown.read.findings.items():
        for finding in findings:
            typed.wrong(form.field_of(path), _one(said(visit, finding)))
    for sight in shown.sights:
        for remark in sight.remarks:
            if remark.level is Level.PROBLEM:
                where = _field_of_remark(remark, sight, typed)
                typed.wrong(where, f"{sight.account}: {_one(said(visit, remark))}")
    for finding in shown.findings:
        if finding.level is Level.PROBLEM:
            typed.wrong(WHERE.get(finding.code, "text"), _one(said(visit, finding)))


def notes(visit: Visit, shown: Preview) -> list[Said]:
    """What is worth a look, of the whole post."""
    return [said(visit, finding) for finding in shown.findings if finding.level is Level.NOTE]


def _field_of_remark(remark: Remark, sight: Sight, typed: Typed) -> str:
    if remark.code in TAGS or remark.code == "too-many-hashtags":
        return "more_tags"
    if remark.code.startswith(("alt-", "image-", "too-many-images")):
        return next((name for name in typed.fields if name.endswith("-alt")), "text")
    if remark.part:
        return f"thread-{remark.part}"
    return f"variant-{sight.variant}" if sight.variant else "text"


def _one(told: Said) -> str:
    return f"{told.what} {told.mend}".strip()


def _in_a_form(mend: str) -> str:
    """What speaks of a file's keys helps nobody here."""
    return "" if "`" in mend or mend.startswith("Run:") else mend
