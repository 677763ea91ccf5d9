"""Campaign files as text, and any campaign that a file can hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from textwrap import dedent
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from campaigns.plan.reading import read_campaign
from campaigns.plan.spec import CampaignSpec, Every, Hashtags, Late, MediaSpec, PostSpec, Slot

if TYPE_CHECKING:
    from pathlib import Path

    from campaigns.plan.reading import Read

HEADER = """\
campaign: Door to door
slug: door
timezone: Europe/London
starts: 2027-10-01
ends: 2027-10-14
accounts: [practice]
"""
HEADER_LINES = HEADER.count("\n")
FIRST_DAY, LAST_DAY = date(2027, 10, 1), date(2027, 10, 14)


def read_text(folder: Path, text: str | bytes) -> Read:
    """What is read from a file with this content."""
    path = folder / "campaign.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_campaign(path)


def read_posts(folder: Path, posts: str) -> Read:
    """What is read from a campaign with these posts, written without indentation; they begin in line 8."""
    return read_text(folder, f"{HEADER}posts:\n{dedent(posts)}")


def codes(read: Read) -> list[tuple[int, str]]:
    """Each finding's line and code."""
    return [(finding.line, finding.code) for finding in read.findings]


# Text that is cruel to YAML: indicators, breaks, spaces, words that are special to one of its versions.
_cruel = st.sampled_from(
    [
        *"#:|>'\"\\%@`[],=~é1y",
        *(
            " #",
            ": ",
            "- ",
            "? ",
            " ",
            "  ",
            "\t",
            "\n",
            "\n\n",
            "\n  ",
            "&a",
            "*a",
            "!a",
            "---",
            "...",
            "<<",
        ),
        *("{hashtags}", "{{", "}}", "#TimeToTalk", "yes", "NO", "on", "null", "true"),
        *("0o17", "0x1F", "1_000", "1e3", ".5", "18:30", "2027-10-01"),
        *("\u200d", "👋🏽", "\u2028", "\u00a0", "\ufeff", "مرحبا"),
    ]
)
_letters = st.characters(exclude_categories=["Cs", "Cc", "Cn"], exclude_characters="{}")


def _is_prose(text: str) -> bool:
    """Whether every brace in it is one that the reader takes."""
    return bool(text) and "{h" not in text.replace("{hashtags}", "") and "{{h" not in text


prose = (
    st.lists(_cruel | st.text(_letters, max_size=8), min_size=1, max_size=8)
    .map(lambda pieces: "".join(pieces).strip())
    .filter(_is_prose)
)
one_line = prose.filter(lambda text: "\n" not in text)
unfilled = one_line.filter(lambda text: "{" not in text)  # where no placeholder may stand
words = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12)
names = words | st.sampled_from(["no", "1", "a:b", "#x", "true", "x,y", "[z]", "null"])
zones = st.sampled_from(["Europe/London", "UTC", "EST5EDT", "America/New_York"])
clocks = st.builds(time, st.integers(0, 23), st.integers(0, 59))
weekdays = st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days)))
_dates = st.dates(FIRST_DAY, LAST_DAY)
_tags = st.builds(
    Hashtags, st.none() | words, st.lists(words | st.just("988"), max_size=3).map(tuple)
)  # fmt: skip
_lates = st.builds(
    Late,
    st.integers(1, 9999).map(lambda minutes: timedelta(minutes=minutes)),
    st.sampled_from(["send", "hold", "drop"]),
)
_slots = st.builds(Slot, weekdays, clocks, st.none() | zones)
_everies = st.one_of(
    st.builds(Every, clocks, st.none() | _dates, days=st.integers(1, 366)),
    st.builds(Every, clocks, st.none() | _dates, weeks=st.integers(1, 53), on=st.just(()) | weekdays),
    st.builds(Every, clocks, st.none() | _dates, months=st.integers(1, 12)),
)
_everies = st.builds(
    replace, _everies, exceptions=st.sets(_dates, max_size=2).map(lambda days: tuple(sorted(days)))
)
_media = st.builds(MediaSpec, st.sampled_from(["a.png", "images/No #1, [new].png", "1"]), unfilled)
_ids = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,9}", fullmatch=True)


@st.composite
def posts(draw: st.DrawFn, place: int, key: str | None) -> PostSpec:
    at = draw(st.none() | st.builds(datetime.combine, _dates, clocks))
    return PostSpec(
        text=draw(prose),
        place=place,
        id=key,
        at=at,
        every=None if at else draw(st.none() | _everies),
        timezone=draw(st.none() | zones),
        accounts=draw(st.none() | st.lists(names, min_size=1, max_size=3, unique=True).map(tuple)),
        hashtags=draw(st.none() | _tags),
        language=draw(st.none() | st.sampled_from(["en", "no", "pt-BR", "zh-Hant", "es-419"])),
        content_warning=draw(st.none() | unfilled),
        thread=tuple(draw(st.lists(prose, max_size=3))),
        media=tuple(draw(st.lists(_media, max_size=2))),
        variants=draw(st.dictionaries(names, prose, max_size=2)),
        essential=draw(st.booleans()),
        urgent=draw(st.booleans()),
        late=draw(st.none() | _lates),
    )


@st.composite
def campaigns(draw: st.DrawFn) -> CampaignSpec:
    """Any campaign as the reader may give it."""
    keys = draw(st.lists(st.none() | _ids, min_size=1, max_size=3, unique_by=lambda key: key or object()))
    return CampaignSpec(
        title=draw(one_line),
        slug=draw(st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True)),
        timezone=draw(zones),
        starts=FIRST_DAY,
        ends=LAST_DAY,
        accounts=draw(st.lists(names, min_size=1, max_size=3, unique=True).map(tuple)),
        posts=tuple(draw(posts(place, key)) for place, key in enumerate(keys)),
        goal=draw(st.just("") | prose),
        languages=draw(st.lists(st.sampled_from(["en", "no", "pt-BR"]), unique=True).map(tuple)),
        regions=draw(st.lists(st.sampled_from(["GB", "NO", "US"]), unique=True).map(tuple)),
        topics=draw(st.lists(words, max_size=2, unique=True).map(tuple)),
        hashtags=draw(_tags),
        slots=tuple(draw(st.lists(_slots, max_size=2))),
    )
