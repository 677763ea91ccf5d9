"""Text in a campaign file becomes a date, a zone, a tag ... or `Unfit`, which says why not."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from functools import lru_cache

from campaigns.core.words import Sentence, joined
from campaigns.core.zones import zone_names
from campaigns.plan.nodes import shown

DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
TIME = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
MOMENT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T]([01][0-9]|2[0-3]):[0-5][0-9](:00)?$"
DURATION = r"^[1-9][0-9]{0,3}[mhd]$"
SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
IDENTIFIER = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
NAME = r"^\S+$"
LANGUAGE = (
    r"^[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*$"
)
REGION = r"^[A-Z]{2}$"
HASHTAG = r"^#?[^\s#]+$"
MEDIA_FILE = r"^(?![/~])(?![A-Za-z][A-Za-z0-9+.-]*:)(?!(.*/)?\.\.(/|$))[^\\]*[^\\/]$"
CSV_FILE = r"^(?![/~])(?![A-Za-z][A-Za-z0-9+.-]*:)(?!(.*/)?\.\.(/|$))[^\\]+\.[cC][sS][vV]$"

MOST_COMPARED = 64  # characters; comparing costs the square of them
LONGEST_LATE = timedelta(days=30)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


class Unfit(Exception):  # noqa: N818 - a verdict on a value, always turned into a finding
    """A value is not what its key takes; `what` follows the key's name in a sentence."""

    def __init__(self, code: str, what: str, mend: str) -> None:
        super().__init__(what)
        self.code, self.what, self.mend = code, what, mend


def fits(pattern: str, text: str) -> bool:
    """Whether the whole text fits; `$` alone would let a line break through."""
    return re.fullmatch(pattern.removesuffix("$"), text) is not None


@lru_cache(maxsize=1024)  # the same slip often stands in every post
def did_you_mean(word: str, known: tuple[str, ...]) -> str | None:
    """The known name closest to a misspelt one, without regard to case."""
    by_lower = {name.lower(): name for name in known}
    close = get_close_matches(word[:MOST_COMPARED].lower(), by_lower, n=1)
    return by_lower[close[0]] if close else None


def parse_date(text: str) -> date:
    if fits(DATE, text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise Unfit(
        "bad-date",
        Sentence("%(text)s is not a date.", text=shown(text)),
        Sentence("Write it as YYYY-MM-DD, such as 2027-10-01."),
    )


def parse_time(text: str) -> time:
    if not fits(TIME, text):
        raise Unfit(
            "bad-time",
            Sentence("%(text)s is not a time of day.", text=shown(text)),
            Sentence('Write it with 24 hours, such as "09:00".'),
        )
    return time.fromisoformat(text)


def parse_moment(text: str) -> datetime:
    """A naive local time, to the minute; the seconds that spreadsheets add must be :00."""
    if fits(MOMENT, text):
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass
    raise Unfit(
        "bad-moment",
        Sentence("%(text)s is not a date with a time.", text=shown(text)),
        Sentence(
            "Write local time as YYYY-MM-DD HH:MM, such as 2027-10-10 09:00; a zone goes under `timezone`."
        ),
    )


def parse_duration(text: str) -> timedelta:
    """45m, 2h or 1d; 30 days at most."""
    if fits(DURATION, text) and (length := int(text[:-1]) * _UNITS[text[-1]]) <= LONGEST_LATE:
        return length
    raise Unfit(
        "bad-duration",
        Sentence(
            "%(text)s is not a length of time up to %(days)s days.", text=shown(text), days=LONGEST_LATE.days
        ),
        Sentence("Write minutes, hours or days, such as 45m, 2h or 1d."),
    )


def parse_zone(text: str) -> str:
    """An IANA zone name that this machine knows."""
    known = zone_names()
    if text in known:
        return text
    city = text.rpartition("/")[2].replace(" ", "_").lower()
    guess = _zones_by_city().get(city) or did_you_mean(text, tuple(sorted(known)))
    mend = (
        Sentence("Did you mean %(guess)s?", guess=guess)
        if guess
        else Sentence("Use a name such as Europe/London.")
    )
    raise Unfit("bad-zone", Sentence("%(text)s is not a time zone.", text=shown(text)), mend)


@lru_cache(maxsize=1)
def _zones_by_city() -> dict[str, str]:
    return {
        name.rpartition("/")[2].lower(): name for name in sorted(zone_names(), reverse=True) if "/" in name
    }


def parse_slug(text: str) -> str:
    if not fits(SLUG, text):
        plain = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "my-campaign"
        raise Unfit(
            "bad-slug",
            Sentence(
                "%(text)s is not a slug: lower-case letters, digits and single hyphens between them.",
                text=shown(text),
            ),
            Sentence("Write it as %(plain)s.", plain=plain),
        )
    return text


def parse_identifier(text: str) -> str:
    if not fits(IDENTIFIER, text):
        raise Unfit(
            "bad-id",
            Sentence(
                "%(text)s is not an id: letters, digits, dots, hyphens and underscores.", text=shown(text)
            ),
            Sentence("Write it without spaces and other signs, such as door-1."),
        )
    return text


def parse_name(text: str) -> str:
    """An account's name, or a topic: anything without spaces."""
    if not fits(NAME, text):
        raise Unfit(
            "bad-name",
            Sentence("%(text)s has a space in it or is empty.", text=shown(text)),
            Sentence("Write it as one word."),
        )
    return text


def parse_language(text: str) -> str:
    """A tag of the shape that BCP 47 gives: language, script, region, variants."""
    if not fits(LANGUAGE, text):
        better = text.replace("_", "-")
        mend = (
            Sentence("Write it as %(better)s.", better=better)
            if fits(LANGUAGE, better)
            else Sentence("Use a tag such as en, es or pt-BR.")
        )
        raise Unfit("bad-language", Sentence("%(text)s is not a language tag.", text=shown(text)), mend)
    return text


def parse_region(text: str) -> str:
    """A country as ISO 3166-1 alpha-2 writes it: two capital letters."""
    if not fits(REGION, text):
        mend = (
            Sentence("Write it as %(upper)s.", upper=text.upper())
            if fits(REGION, text.upper())
            else Sentence("Use one such as GB or US.")
        )
        raise Unfit(
            "bad-region",
            Sentence("%(text)s is not a country code of two capital letters.", text=shown(text)),
            mend,
        )
    return text


def parse_hashtag(text: str) -> str:
    """The tag without its #. Which characters link is each platform's own rule."""
    bare = text.removeprefix("#")
    if fits(HASHTAG, text):
        return bare
    words = re.split(r"[\s#]+", bare.strip("# "))
    whole = "".join(word[:1].upper() + word[1:] for word in words)
    what = (
        Sentence("has a space in it, so only its first word would link.")
        if " " in bare
        else Sentence("is not one hashtag.")
    )
    raise Unfit(
        "bad-hashtag",
        joined(shown(text), what),
        Sentence("Write %(whole)s as one word, or each tag on its own.", whole=whole)
        if whole
        else Sentence("Write its word."),
    )


def parse_media_file(text: str) -> str:
    return _inside_folder(text, MEDIA_FILE, "images/door.png")


def parse_csv_file(text: str) -> str:
    return _inside_folder(text, CSV_FILE, "posts.csv")


def _inside_folder(text: str, pattern: str, example: str) -> str:
    if not fits(pattern, text):
        raise Unfit(
            "bad-path",
            Sentence("%(text)s is not a path inside the campaign file's folder.", text=shown(text)),
            Sentence(
                "Put the file beside the campaign file and write its path from there with /, such as "
                "%(example)s.",
                example=example,
            ),
        )
    return text
