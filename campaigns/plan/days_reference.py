"""docs/reference/awareness-days.md from the data; `python -m campaigns.plan.days_reference` renews it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from campaigns.plan.days import AwarenessDay, awareness_days

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path("docs/reference/awareness-days.md")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
NTH = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth"}

_INTRODUCTION = """\
# Awareness days

<!-- Written by `python -m campaigns.plan.days_reference` from campaigns/plan/awareness.toml; change that. -->

Days, weeks and months that the calendar shows as a quiet layer, and that `beacon days` lists with their
dates. Each names where it was found. A name is no advice: ask whether the day is yours to speak on, and
whether you have something to offer on it.

- *Confirm*: the rule fits the years that are known, but its organiser may choose otherwise.
- *Not checked*: general knowledge, for which no source was at hand. Check it before you plan on it.
- *With care*: speak of it with help at hand, and without stories that somebody did not agree to share.
"""

_ANNOUNCED = """
## Announced, not computed

Their organisers say when they are. Beacon shows such a day in the years for which the date was found, and in
no other: look at the organiser's page, and write the date down as a post or a campaign of your own.

"""

_INVENTED = """
## Not a fact

Found in many lists, with no science behind it. The calendar does not show it.

"""


def page() -> str:
    days = awareness_days()
    return (
        _INTRODUCTION
        + "\n## By the calendar\n\n"
        + "".join(_row(day) for day in days if day.fact and not day.announced)
        + _ANNOUNCED
        + "".join(_row(day) for day in days if day.announced)
        + _INVENTED
        + "".join(_row(day) for day in days if not day.fact)
    )


def when(day: AwarenessDay) -> str:
    """Its rule in words: `the fourth Thursday of November, less 5 days`."""
    rule = day.rule
    if "on" in rule:
        return _in_words(rule["on"])
    if "month" in rule:
        return f"all of {MONTHS[rule['month'] - 1]}"
    if "nth" in rule:
        plus = rule.get("plus", 0)
        shift = f", {'plus' if plus > 0 else 'less'} {abs(plus)} days" if plus else ""
        return f"the {NTH[rule['nth']]} {rule['weekday'].title()} of {MONTHS[rule['of'] - 1]}{shift}"
    if "week_of" in rule:
        return f"the {rule['starts'].title()} week that holds {_in_words(rule['week_of'])}"
    if "first_week" in rule:
        return f"from the first {rule['starts'].title()} of {MONTHS[rule['first_week'] - 1]}"
    return f"announced; usually {day.announced}"


def doubts(day: AwarenessDay) -> Iterator[str]:
    """What to know before planning on it."""
    if not day.sources:
        yield "not checked"
    elif day.confirm:
        yield "confirm"
    if day.care:
        yield "with care"


def _row(day: AwarenessDay) -> str:
    lasts = f", {day.days} days" if day.days > 1 else ""
    tags = " ".join(f"`#{tag}`" for tag in day.hashtags)
    marks = "".join(f" *{mark.capitalize()}.*" for mark in doubts(day))
    note = f" {day.note}" if day.note else ""
    found = ", ".join(f"[{one.title}]({one.url})" if one.url else one.title for one in day.sources)
    sources = f" Found in: {found}." if found else ""
    by = f"; {day.by}" if day.by else ""
    return f"- **{day.name}** ({day.where}): {when(day)}{lasts}. {tags}{by}.{marks}{note}{sources}\n"


def _in_words(month_and_day: str) -> str:
    month, day = map(int, month_and_day.split("-"))
    return f"{day} {MONTHS[month - 1]}"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
