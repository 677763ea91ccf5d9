"""Whether a platform takes a post's images, and whether each is described."""

from __future__ import annotations

from typing import TYPE_CHECKING

from campaigns.compose.drafts import Remark
from campaigns.compose.measuring import how_much_over
from campaigns.core.findings import Level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from campaigns.compose.drafts import ImageFacts
    from campaigns.platforms.contract import Limits, Rules


def image_remarks(images: tuple[ImageFacts, ...], rules: Rules, limits: Limits) -> Iterator[Remark]:
    if len(images) > limits.images:
        yield _problem(
            "too-many-images",
            f"{rules.label} takes {_count(limits.images, 'image')} in a post; this one has {len(images)}.",
            "Leave some out, or give them to another post.",
        )
    for image in images:
        yield from _remarks_on(image, rules, limits)


def _remarks_on(image: ImageFacts, rules: Rules, limits: Limits) -> Iterator[Remark]:
    if image.mime not in limits.image_types:
        kinds = sorted(mime.removeprefix("image/").upper() for mime in limits.image_types)
        yield _problem(
            "image-type",
            f"{image.file} is {image.mime}, which {rules.label} does not take.",
            f"Save it as one of {', '.join(kinds)}.",
        )
    if image.size > limits.image_bytes:
        yield _problem(
            "image-too-large",
            f"{image.file} is {how_much_over(image.size, limits.image_bytes, 'bytes', rules.label)}.",
            "Save it smaller, or as JPEG.",
        )
    if not image.alt.strip():
        yield _problem(
            "alt-missing",
            f"{image.file} has no alt text.",
            "Say in `alt:` what it shows, for those who cannot see it.",
        )
    elif limits.alt_text is not None and len(image.alt) > limits.alt_text:
        over = how_much_over(len(image.alt), limits.alt_text, "characters", rules.label)
        yield _problem("alt-too-long", f"The alt text of {image.file} is {over}.", "Shorten it.")


def _count(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"at most {number} {noun}s"


def _problem(code: str, what: str, mend: str) -> Remark:
    return Remark(Level.PROBLEM, code, what, mend)
