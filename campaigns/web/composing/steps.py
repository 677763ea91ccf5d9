"""What the composer's buttons do to a form that is not saved: parts and images come, go and change places."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from campaigns.plan.editing.library import library_name
from campaigns.plan.keys import MOST_PARTS
from campaigns.web.base.forms import Typed
from campaigns.web.composing.form import image_numbers, part_names, renumbered

if TYPE_CHECKING:
    from campaigns.models import Media
    from campaigns.web.composing.work import Work

MOST_IMAGES = 20
_STEP = re.compile(r"(part|image)-(add|remove|up|down)(?:-([1-9][0-9]?))?")


def take_step(typed: Typed, step: str, work: Work) -> tuple[Typed, str]:
    """The form after the step, and the field that gets the focus; unchanged for what is no step."""
    found = _STEP.fullmatch(step)
    if not found:
        return typed, ""
    kind, act, number = found[1], found[2], int(found[3] or 0)
    if kind == "part":
        return _with_parts(typed, act, number)
    if act == "add":
        return _with_image_of_library(typed, work)
    return _with_images(typed, act, number)


def attached(typed: Typed, image: Media) -> Typed:
    """With an image that has just been uploaded."""
    return _with_image(typed, library_name(image.sha256, image.mime), typed.text("upload_alt") or image.alt)


def _with_parts(typed: Typed, act: str, number: int) -> tuple[Typed, str]:
    parts = [typed.raw(name) for name in part_names(typed)]
    if act == "add" and len(parts) < MOST_PARTS:
        parts.append("")
        number = len(parts)
    else:
        number = _shuffle(parts, act, number)
    return _again(typed, renumbered(typed.fields, parts)), f"thread-{number}" if number else "text"


def _with_images(typed: Typed, act: str, number: int) -> tuple[Typed, str]:
    images = _images(typed)
    number = _shuffle(images, act, number)
    return _again(typed, _numbered(typed, images)), f"media-{number}-alt" if number else "image"


def _with_image_of_library(typed: Typed, work: Work) -> tuple[Typed, str]:
    offered = dict(work.offered)
    file = typed.text("image")
    if file not in offered:
        return typed, "image"
    fresh = _with_image(typed, file, offered[file].alt)
    return fresh, f"media-{len(_images(fresh))}-alt"


def _with_image(typed: Typed, file: str, alt: str) -> Typed:
    images = _images(typed)
    if len(images) < MOST_IMAGES and file not in {known for known, _ in images}:
        images.append((file, alt))
    return _again(typed, _numbered(typed, images))


def _shuffle(items: list[str] | list[tuple[str, str]], act: str, number: int) -> int:
    """Takes one out or moves it by one; returns the number of the one to look at then, 0 for none."""
    place = number - 1
    if not 0 <= place < len(items):
        return 0
    if act == "remove":
        del items[place]
        return min(number, len(items))
    other = place - 1 if act == "up" else place + 1
    if 0 <= other < len(items):
        items.insert(other, items.pop(place))  # type: ignore[arg-type]  # what it held itself
        return other + 1
    return number


def _images(typed: Typed) -> list[tuple[str, str]]:
    return [
        (typed.text(f"media-{number}-file"), typed.raw(f"media-{number}-alt"))
        for number in image_numbers(typed)
    ]


def _numbered(typed: Typed, images: list[tuple[str, str]]) -> dict[str, list[str]]:
    kept = {name: values for name, values in typed.fields.items() if not re.fullmatch(r"media-.*", name)}
    for place, (file, alt) in enumerate(images, 1):
        kept |= {f"media-{place}-file": [file], f"media-{place}-alt": [alt]}
    return kept


def _again(typed: Typed, fields: dict[str, list[str]]) -> Typed:
    return Typed(fields, typed.files)
