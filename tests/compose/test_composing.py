"""How a post becomes what a platform takes: tags, threads, warnings, images, and what does not fit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from campaigns.compose.composing import Composed, Draft, ImageFacts, Remark, compose, compose_by
from campaigns.core.errors import Misuse
from campaigns.core.findings import Level
from campaigns.platforms.contract import Limits
from tests.factories.rules import PlainRules

FIELD, LEAD = PlainRules(), PlainRules(warning_is_field=False)
TAGS = ("WorldMentalHealthDay", "TimeToTalk", "MentalHealthMatters")
DOOR = ImageFacts("images/door.png", "Warm light", "image/png", 1000)


def composed(text: str, *, rules: PlainRules = FIELD, limits: Limits | None = None, **more: Any) -> Composed:
    return compose_by(rules, Draft(text, **more), limits or Limits(length=280))


def text_of(text: str, **more: Any) -> str:
    return composed(text, **more).parts[0].text


def only(result: Composed, level: Level = Level.PROBLEM) -> Remark:
    [remark] = result.remarks
    assert remark.level is level
    return remark


# Where tags stand


def test_tags_stand_where_the_placeholder_is_primary_first() -> None:
    assert text_of("Call {hashtags} today", tags=TAGS[:2]) == "Call #WorldMentalHealthDay #TimeToTalk today"


def test_without_a_placeholder_tags_end_the_line() -> None:
    assert text_of("Who will you call?\n", tags=TAGS[:1]) == "Who will you call? #WorldMentalHealthDay"


def test_without_a_placeholder_tags_follow_several_lines_as_a_paragraph() -> None:
    assert text_of("One.\nTwo.\n", tags=TAGS[:1]) == "One.\nTwo.\n\n#WorldMentalHealthDay"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Call {hashtags}", "Call"),
        ("Call {hashtags} now", "Call now"),
        ("Call (now {hashtags}).", "Call (now)."),
        ("Call\n\n{hashtags}\n", "Call"),
        ("Call\n{hashtags}\nnow", "Call\nnow"),
        ("{hashtags} Call", "Call"),
        ("Call {hashtags} now {hashtags}", "Call now"),
    ],
)
def test_a_placeholder_without_tags_leaves_no_gap(text: str, expected: str) -> None:
    assert text_of(text) == expected


def test_doubled_braces_are_braces() -> None:
    assert text_of("{{hashtags}} {{}} {hashtags}", tags=("Hope",)) == "{hashtags} {} #Hope"


def test_only_the_first_placeholder_is_filled() -> None:
    assert text_of("{hashtags} and {hashtags}", tags=("Hope",)) == "#Hope and"
    assert text_of("{hashtags} {hashtags} (now)", tags=("Hope",)) == "#Hope (now)"


def test_tags_never_run_into_a_written_one() -> None:
    assert text_of("{hashtags}#Hope", tags=("TimeToTalk",)) == "#TimeToTalk #Hope"


@pytest.mark.parametrize("text", ["Call{hashtags}now", "({hashtags})"])
def test_tags_that_would_not_link_beside_a_neighbour_are_set_apart(text: str) -> None:
    result = text_of(text, tags=("Hope",))
    assert [result[slice(*span)] for span in FIELD.facets(result)] == ["#Hope"]


def test_punctuation_after_the_tags_stays_where_it_links() -> None:
    assert text_of("Call {hashtags}!", tags=("Hope",)) == "Call #Hope!"


def test_tags_already_written_are_not_added_again_whatever_their_case() -> None:
    assert text_of("Join #timetotalk. {hashtags}", tags=TAGS[:2]) == "Join #timetotalk. #WorldMentalHealthDay"


def test_in_a_thread_tags_go_into_the_first_part() -> None:
    result = composed("Three questions. {hashtags}", thread=("1. How are you?", "2. Really?"), tags=("Hope",))
    assert [part.text for part in result.parts] == ["Three questions. #Hope", "1. How are you?", "2. Really?"]


def test_in_a_thread_a_placeholder_in_a_later_part_wins() -> None:
    result = composed("Three questions.", thread=("Tell us. {hashtags}",), tags=("Hope",))
    assert [part.text for part in result.parts] == ["Three questions.", "Tell us. #Hope"]


# How many


def test_no_more_tags_than_the_platform_advises_with_a_quiet_note() -> None:
    result = composed("Hi", tags=TAGS, limits=Limits(length=280, tags_advised=2))
    assert result.parts[0].text == "Hi #WorldMentalHealthDay #TimeToTalk"
    note = only(result, Level.NOTE)
    assert note.code == "tags-beyond-advice"
    assert "#MentalHealthMatters" in note.what


def test_written_tags_count_towards_the_advice_but_never_push_the_primary_out() -> None:
    result = composed("#One #Two", tags=TAGS, limits=Limits(length=280, tags_advised=2))
    assert result.parts[0].text == "#One #Two #WorldMentalHealthDay"


def test_supporting_tags_go_in_as_long_as_they_fit() -> None:
    result = composed("x" * 10, tags=("Primary", "MuchTooLongToFit", "Ok"), limits=Limits(length=25))
    assert result.parts[0].text == "x" * 10 + " #Primary #Ok"
    assert "#MuchTooLongToFit" in only(result, Level.NOTE).what


def test_a_primary_tag_without_room_is_a_problem_that_says_how_much_is_over() -> None:
    problem = only(composed("x" * 278, tags=TAGS))
    assert problem.code == "no-room-for-primary-tag"
    assert "#WorldMentalHealthDay" in problem.what
    assert "20 characters over Plain's 280" in problem.what


def test_without_a_primary_tag_any_tag_may_be_left_out() -> None:
    result = composed("x" * 278, tags=TAGS, primary_first=False)
    assert result.parts[0].text == "x" * 278
    assert only(result, Level.NOTE).code == "tags-no-room"


def test_more_written_tags_than_the_platform_allows_are_a_problem() -> None:
    problem = only(composed("#One #Two #Three", limits=Limits(length=280, tags_most=2)))
    assert (problem.code, problem.what) == (
        "too-many-hashtags",
        "Plain takes at most 2 hashtags in a post; this one has 3.",
    )


# What is wrong with a tag


def test_a_tag_that_never_links_is_a_problem_with_the_reason_and_one_that_does() -> None:
    problem = only(composed("Hi", tags=("988",)))
    assert problem.what == "#988 never links on Plain: digits alone never link."
    assert problem.mend == "#Call988 does."


def test_a_tag_with_a_space_is_mended_by_joining_its_words() -> None:
    assert only(composed("Hi", tags=("Time to talk",))).mend == "#TimeToTalk does."


def test_tags_that_differ_only_in_case_are_placed_once_with_a_note() -> None:
    result = composed("Hi", tags=("TimeToTalk", "TIMETOTALK"))
    assert result.parts[0].text == "Hi #TimeToTalk"
    assert only(result, Level.NOTE).code == "duplicate-tag"


@pytest.mark.parametrize(
    ("tag", "mend"),
    [
        ("worldmentalhealthday", "Write #WorldMentalHealthDay."),
        ("time_to_talk", "Write #TimeToTalk."),
        ("saludmental", "Write #SaludMental."),
        ("zzyzx", "Begin each of its words with a capital, as in #TimeToTalk; the tag stays the same."),
    ],
)
def test_a_lower_case_tag_is_a_note_that_suggests_capitals(tag: str, mend: str) -> None:
    note = only(composed("Hi", tags=(tag,)), Level.NOTE)
    assert (note.code, note.mend) == ("lowercase-tag", mend)


def test_the_same_tag_in_capitals_elsewhere_is_the_suggestion() -> None:
    remarks = composed("Hi", tags=("bellletstalk", "BellLetsTalk")).remarks
    assert "Write #BellLetsTalk." in [remark.mend for remark in remarks]


def test_a_script_without_case_needs_no_capitals() -> None:
    assert composed("Hi", tags=("精神健康",)).remarks == ()


# What does not fit


def test_a_text_over_the_limit_is_kept_whole_and_is_a_problem_that_says_by_how_much() -> None:
    result = composed("x" * 294)
    assert result.parts[0].text == "x" * 294
    assert (result.parts[0].length, result.parts[0].limit) == (294, 280)
    assert only(result).what == "The text is 14 characters over Plain's 280."


def test_one_character_over_is_said_in_the_singular() -> None:
    assert only(composed("x" * 281)).what == "The text is 1 character over Plain's 280."


def test_each_part_of_a_thread_is_measured_on_its_own() -> None:
    problem = only(composed("x" * 280, thread=("y" * 280, "z" * 290)))
    assert (problem.part, problem.what) == (2, "Part 3 is 10 characters over Plain's 280.")


def test_bytes_are_a_limit_of_their_own() -> None:
    problem = only(composed("ü" * 100, limits=Limits(length=280, utf8_bytes=150)))
    assert problem.what == "The text is 50 bytes over Plain's 150."


def test_an_empty_part_is_a_problem() -> None:
    problem = only(composed("One", thread=("{hashtags}",)))
    assert (problem.code, problem.part) == ("empty-text", 1)


# Content warnings


def test_a_warning_field_goes_with_every_part_and_counts() -> None:
    result = composed("x" * 275, thread=("y",), content_warning="Salud mental")
    assert [part.content_warning for part in result.parts] == ["Salud mental"] * 2
    assert [part.length for part in result.parts] == [287, 13]
    assert only(result).what == "Part 1 with its content warning is 7 characters over Plain's 280."


def test_without_a_field_the_warning_leads_the_first_part() -> None:
    result = composed("Lo que ayuda.", thread=("Escuchar.",), content_warning="Salud mental", rules=LEAD)
    assert [part.text for part in result.parts] == ["CW: Salud mental\n\nLo que ayuda.", "Escuchar."]
    assert [part.content_warning for part in result.parts] == [None, None]


# Images


@pytest.mark.parametrize(
    ("image", "code", "words"),
    [
        (replace(DOOR, alt=" "), "alt-missing", "images/door.png has no alt text."),
        (replace(DOOR, alt="x" * 12), "alt-too-long", "2 characters over Plain's 10"),
        (replace(DOOR, mime="image/heic"), "image-type", "image/heic, which Plain does not take"),
        (replace(DOOR, size=5500), "image-too-large", "500 bytes over Plain's 5,000"),
    ],
)
def test_an_image_that_a_platform_would_refuse_is_a_problem(image: ImageFacts, code: str, words: str) -> None:
    limits = Limits(length=280, image_bytes=5000, alt_text=10)
    problem = only(composed("Hi", images=(image,), limits=limits))
    assert problem.code == code
    assert words in problem.what


def test_more_images_than_a_platform_takes_are_a_problem_that_names_it() -> None:
    problem = only(composed("Hi", images=(DOOR,) * 5))
    assert problem.what == "Plain takes at most 4 images in a post; this one has 5."


def test_an_image_alone_is_a_post() -> None:
    assert composed("", images=(DOOR,)).remarks == ()


def test_an_unknown_platform_is_misuse() -> None:
    with pytest.raises(Misuse, match="no platform 'myspace'"):
        compose(Draft("Hi"), "myspace", Limits(length=280))
