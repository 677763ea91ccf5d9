"""Whether a platform takes a post's images, and whether each is described."""

from __future__ import annotations

from typing import TYPE_CHECKING

from campaigns.compose.drafts import Remark
from campaigns.compose.measuring import how_much_over
from campaigns.core.findings import Level
from campaigns.core.words import Counted, Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from campaigns.compose.drafts import ImageFacts
    from campaigns.platforms.contract import Limits, Rules


def image_remarks(images: tuple[ImageFacts, ...], rules: Rules, limits: Limits) -> Iterator[Remark]:
    if len(images) > limits.images:
        yield _problem(
            "too-many-images",
            Counted(
                "%(platform)s takes 1 image in a post; this one has %(count)s.",
                "%(platform)s takes at most %(n)s images in a post; this one has %(count)s.",
                limits.images,
                platform=rules.label,
                count=len(images),
            ),
            Sentence("Leave some out, or give them to another post."),
        )
    for image in images:
        yield from _remarks_on(image, rules, limits)


def _remarks_on(image: ImageFacts, rules: Rules, limits: Limits) -> Iterator[Remark]:
    if image.mime not in limits.image_types:
        kinds = sorted(mime.removeprefix("image/").upper() for mime in limits.image_types)
        yield _problem(
            "image-type",
            Sentence(
                "%(file)s is %(kind)s, which %(platform)s does not take.",
                file=image.file,
                kind=image.mime,
                platform=rules.label,
            ),
            Sentence("Save it as one of %(kinds)s.", kinds=", ".join(kinds)),
        )
    if image.size > limits.image_bytes:
        yield _problem(
            "image-too-large",
            Sentence(
                "%(file)s is %(over)s.",
                file=image.file,
                over=how_much_over(image.size, limits.image_bytes, "bytes", rules.label),
            ),
            Sentence("Save it smaller, or as JPEG."),
        )
    if not image.alt.strip():
        yield _problem(
            "alt-missing",
            Sentence("%(file)s has no alt text.", file=image.file),
            Sentence("Say in `alt:` what it shows, for those who cannot see it."),
        )
    elif limits.alt_text is not None and len(image.alt) > limits.alt_text:
        over = how_much_over(len(image.alt), limits.alt_text, "characters", rules.label)
        yield _problem(
            "alt-too-long",
            Sentence("The alt text of %(file)s is %(over)s.", file=image.file, over=over),
            Sentence("Shorten it."),
        )


def _problem(code: str, what: str, mend: str) -> Remark:
    return Remark(Level.PROBLEM, code, what, mend)
