"""Every key of a campaign file, described once; the reader, the JSON Schema and the reference follow.

Limits without a source are ours: far above what a campaign needs, low enough to keep a slip from
filling the database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from campaigns.core.words import Sentence
from campaigns.plan import building, values
from campaigns.plan.containers import Key, ListOf, ListOrFile, Named, Record
from campaigns.plan.shapes import Braces, Choice, Coded, Count, Flag, Prose
from campaigns.plan.spec import DAYS

if TYPE_CHECKING:
    from campaigns.plan.containers import Values
    from campaigns.plan.report import Report

MOST_POSTS = 10_000
MOST_TEXT = 20_000  # characters; the longest post that a platform here takes is far shorter
MOST_PARTS = 50

_DATE = Coded(Sentence("a date such as 2027-10-01"), values.parse_date, values.DATE, format="date")
_TIME = Coded(Sentence('a time in quotes, such as "09:00"'), values.parse_time, values.TIME)
_MOMENT = Coded(Sentence("a date and time such as 2027-10-10 09:00"), values.parse_moment, values.MOMENT)
_ZONE = Coded(Sentence("a time zone such as Europe/London"), values.parse_zone, r"^\S+$")
_TAG = Coded(Sentence("a hashtag"), values.parse_hashtag, values.HASHTAG, most=100)
_LANGUAGE = Coded(Sentence("a language tag such as en"), values.parse_language, values.LANGUAGE, most=35)
_REGION = Coded(Sentence("a country code such as GB"), values.parse_region, values.REGION)
_ACCOUNTS = ListOf(Coded(Sentence("an account's name"), values.parse_name, values.NAME), 100, unique=True)
_TEXT = Prose(MOST_TEXT, braces=Braces.PLACEHOLDER)
_WEEKDAYS = ListOf(Choice(DAYS), 7, unique=True)

HASHTAGS = Record(
    "hashtags",
    Sentence("set of hashtags"),
    "Hashtags, with or without #; in YAML a # needs quotes.",
    (
        Key("primary", _TAG, "The tag that is placed first.", example="WorldMentalHealthDay"),
        Key(
            "supporting",
            ListOf(_TAG, 30),
            "Further tags, in order; as many are placed as fit and as each platform advises.",
            example=["TimeToTalk"],
        ),
    ),
    building.build_hashtags,
)

SLOT = Record(
    "slot",
    Sentence("slot"),
    "A weekly place that one queued post at a time may take.",
    (
        Key("days", _WEEKDAYS, "Weekdays.", required=True, example=["mon", "wed"]),
        Key("at", _TIME, "Local time of day; put it in quotes.", required=True, example="09:00"),
        Key("timezone", _ZONE, "Its time zone, if not the campaign's.", example="America/New_York"),
    ),
    building.build_slot,
)

QUEUE = Record(
    "queue",
    Sentence("queue"),
    "Where posts go that have neither `at` nor `every`: each takes the next free slot, in file order.",
    (Key("slots", ListOf(SLOT, 100), "The weekly slots.", required=True),),
    building.build_queue,
)

EVERY = Record(
    "every",
    Sentence("recurrence"),
    "A recurrence by local date and time, from the campaign's start; "
    "exactly one of `days`, `weeks` and `months`.",
    (
        Key("days", Count(366), "Every so many days.", example=2),
        Key("weeks", Count(53), "Every so many weeks, counted by Mondays from the first.", example=1),
        Key("months", Count(12), "Every so many months.", example=1),
        Key("on", _WEEKDAYS, "Weekdays, with `weeks`; else the weekday of the start.", example=["mon"]),
        Key("at", _TIME, "Local time of day; put it in quotes.", required=True, example="10:00"),
        Key("until", _DATE, "Its last day, included; else the campaign's end.", example="2027-10-14"),
        Key(
            "except",
            ListOf(_DATE, 2_000, unique=True),
            "Days on which it does not come, as when one occurrence was moved.",
            example=["2027-10-11"],
        ),
    ),
    building.build_every,
    rules={
        "oneOf": [{"required": ["days"]}, {"required": ["weeks"]}, {"required": ["months"]}],
        "dependentRequired": {"on": ["weeks"]},
    },
)

MEDIA = Record(
    "media",
    Sentence("image"),
    "An image and what it shows, in words.",
    (
        Key(
            "file",
            Coded(Sentence("a path"), values.parse_media_file, values.MEDIA_FILE, most=300),
            "Path from the campaign file's folder, with /; never outside it.",
            required=True,
            example="images/door.png",
        ),
        Key(
            "alt",
            Prose(5_000, braces=Braces.NEVER_FILLED),
            "What the image shows, for people who cannot see it.",
            required=True,
            example="A half-open door with warm light behind it",
            missing=(
                "missing-alt",
                Sentence("This image has no alt text, so people who cannot see it miss what it says."),
                Sentence("Add alt: with a sentence on what it shows."),
            ),
        ),
    ),
    building.build_media,
)

LATE = Record(
    "late",
    Sentence("late rule"),
    "What happens to a post that could not go out on time; without it: `{within: 1h, then: hold}`.",
    (
        Key(
            "within",
            Coded(Sentence("a length of time such as 2h"), values.parse_duration, values.DURATION),
            "How late it may still go: minutes, hours or days, 30 days at most; else 1h.",
            example="2h",
        ),
        Key(
            "then",
            Choice(("send", "hold", "drop")),
            "Later than that: send it all the same, hold it for a person (the default), or drop it.",
            example="hold",
        ),
    ),
    building.build_late,
    rules={"minProperties": 1},
)

POST = Record(
    "post",
    Sentence("post"),
    "One post. With `at` it goes out then, with `every` again and again, "
    "with neither in the queue's next free slot.",
    (
        Key(
            "text",
            _TEXT,
            "What it says. `{hashtags}` is where the tags go, else they go to the end. "
            "Any other word in braces is a problem; `{{` and `}}` are braces meant as such.",
            required=True,
            example="Who will you call today? {hashtags}",
        ),
        Key(
            "at",
            _MOMENT,
            "Local date and time, to the minute, within the campaign.",
            example="2027-10-10 09:00",
        ),
        Key("every", EVERY, "A recurrence."),
        Key("timezone", _ZONE, "Its time zone, if not the campaign's.", example="America/New_York"),
        Key(
            "thread",
            ListOf(_TEXT, MOST_PARTS),
            "Further parts, each a reply to the one before.",
            example=["1. How are you, really?"],
        ),
        Key("media", ListOf(MEDIA, 20), "Images, on the first part."),
        Key(
            "variants",
            Named(_TEXT, 100),
            "Another `text` for a platform or an account, by its name.",
            example={"x": "Who will you call today? {hashtags}"},
        ),
        Key("accounts", _ACCOUNTS, "Accounts, if not the campaign's.", example=["practice"]),
        Key("hashtags", HASHTAGS, "Hashtags, if not the campaign's; `{}` means none."),
        Key("language", _LANGUAGE, "The language it is written in.", example="es"),
        Key(
            "content_warning",
            Prose(500, one_line=True, braces=Braces.NEVER_FILLED),
            "What it is folded behind, where the platform can; else it leads the text.",
            example="Salud mental",
        ),
        Key("late", LATE, "What happens when it could not go out on time."),
        Key("essential", Flag(), "It goes out even in a crisis pause.", example=True),
        Key("urgent", Flag(), "It passes others that wait for the same account.", example=True),
        Key(
            "id",
            Coded(Sentence("an id such as door-1"), values.parse_identifier, values.IDENTIFIER),
            "Its name for good, unique in the file, so that an edit finds it again; "
            "`beacon campaign export` writes it.",
            example="door-1",
        ),
    ),
    building.build_post,
    rules={"not": {"required": ["at", "every"]}},
)

POSTS = ListOf(POST, MOST_POSTS, least=0)  # a campaign may begin without any


def _kept(found: Values, _report: Report) -> Values:
    return found


CAMPAIGN = Record(
    "campaign",
    Sentence("campaign"),
    "A campaign and its posts.",
    (
        Key(
            "campaign",
            Prose(200, one_line=True),
            "Its title, for people.",
            required=True,
            example="World Mental Health Day 2027",
        ),
        Key(
            "slug",
            Coded(Sentence("a slug such as wmhd-2027"), values.parse_slug, values.SLUG),
            "Its identity: loading a file with a known slug edits that campaign. "
            "Lower-case letters, digits and single hyphens between them.",
            required=True,
            example="wmhd-2027",
        ),
        Key(
            "goal",
            Prose(2_000),
            "What it is to reach, in a sentence.",
            example="500 people take one conversation to a friend",
        ),
        Key(
            "timezone",
            _ZONE,
            "The zone of its local times: a name of the IANA time zone database.",
            required=True,
            example="Europe/London",
        ),
        Key("starts", _DATE, "Its first day.", required=True, example="2027-10-01"),
        Key(
            "ends",
            _DATE,
            "Its last day, included; five years after `starts` at the latest.",
            required=True,
            example="2027-10-14",
        ),
        Key("languages", ListOf(_LANGUAGE, 100, unique=True), "Its languages.", example=["en", "es"]),
        Key("regions", ListOf(_REGION, 250, unique=True), "Countries it is for.", example=["GB", "US"]),
        Key(
            "topics",
            ListOf(Coded(Sentence("a topic"), values.parse_name, values.NAME), 100, unique=True),
            "What it is about, in single words.",
            example=["mental-health"],
        ),
        Key("hashtags", HASHTAGS, "Hashtags of every post that has none of its own."),
        Key(
            "accounts",
            _ACCOUNTS,
            "Where it goes out: names of accounts.",
            required=True,
            example=["practice"],
        ),
        Key("queue", QUEUE, "Weekly slots for posts without a time."),
        Key(
            "posts",
            ListOrFile(
                POSTS,
                Coded(Sentence("a list or a CSV file"), values.parse_csv_file, values.CSV_FILE, most=300),
            ),
            "The posts, in order; or the name of a CSV file beside this one that holds them.",
            required=True,
        ),
    ),
    _kept,
)
