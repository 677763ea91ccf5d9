"""What somebody typed into a form: kept exactly as typed, with what is wrong beside each field."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException

from campaigns.core.errors import BeaconError, Misuse
from campaigns.platforms.registry import PLATFORMS, form_of
from campaigns.web.base.limits import MEGABYTE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping, Sequence

MOST_FIELDS, MOST_FILES = 2000, 20
SECRETS = frozenset({"password", "new_password"}).union(
    field.name for platform in PLATFORMS for field in form_of(platform).fields if field.secret
)
"""Fields that no page ever shows again."""
DAMAGED = "This form was damaged on its way, or is too large; load the page again and send it once more."


class Typed:
    """A form's fields. An error under the name `""` belongs to the whole form."""

    def __init__(
        self, fields: Mapping[str, Sequence[str]], files: Mapping[str, Sequence[UploadFile]] | None = None
    ) -> None:
        self.fields = {name: list(values) for name, values in fields.items()}
        self.files = {name: list(found) for name, found in (files or {}).items()}
        self.errors: dict[str, str] = {}

    @classmethod
    def of(cls, **values: str | Sequence[str]) -> Typed:
        """A form that nobody has sent yet, filled in beforehand."""
        return cls({name: [value] if isinstance(value, str) else value for name, value in values.items()})

    @property
    def shown(self) -> list[tuple[str, list[str]]]:
        """All but the secrets, to be sent again or copied."""
        return [(name, values) for name, values in self.fields.items() if name not in SECRETS]

    def raw(self, name: str, default: str = "") -> str:
        """As typed, for showing it again."""
        return self.fields.get(name, [default])[0]

    def text(self, name: str) -> str:
        """Without blanks around it; line ends as we store them."""
        return self.raw(name).replace("\r\n", "\n").strip()

    def all(self, name: str) -> list[str]:
        """Of checkboxes and several fields of one name."""
        return self.fields.get(name, [])

    def ticked(self, name: str, value: str = "on") -> bool:
        return value in self.all(name)

    def whole(self, name: str, default: int = 0) -> int:
        """A whole number from a hidden field. Raises `Misuse`: nobody types these."""
        value = self.text(name)
        if not value:
            return default
        if not value.isascii() or not value.isdecimal() or len(value) > 18:  # noqa: PLR2004 - 64 bits
            raise Misuse(DAMAGED)
        return int(value)

    def numbers(self, name: str) -> list[int]:
        """The same of several fields, each number once, in their order."""
        values = self.all(name)
        if not all(value.isascii() and value.isdecimal() and len(value) <= 18 for value in values):  # noqa: PLR2004 - 64 bits
            raise Misuse(DAMAGED)
        return list(dict.fromkeys(int(value) for value in values))

    def wrong(self, name: str, sentence: str) -> None:
        """Says what is wrong with a field; the first sentence stands."""
        self.errors.setdefault(name, sentence)

    @contextmanager
    def told(self, name: str = "") -> Iterator[None]:
        """Whatever the domain refuses within stands beside this field, and what was typed is kept."""
        try:
            yield
        except BeaconError as refused:
            self.wrong(name, refused.sentence)

    @property
    def good(self) -> bool:
        return not self.errors


async def typed_in(request: Request) -> Typed:
    """What the request's form holds; read once. Raises `Misuse` or `TooLarge`."""
    known = getattr(request.state, "typed", None)
    if isinstance(known, Typed):
        return known
    request.state.typed = Typed({})  # for the page that says so, should this fail: it cannot be read twice
    try:
        form = await request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=2 * MEGABYTE)
    except (MultiPartException, HTTPException, UnicodeDecodeError, KeyError) as damaged:
        raise Misuse(DAMAGED) from damaged
    fields: dict[str, list[str]] = {}
    files: dict[str, list[UploadFile]] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            files.setdefault(name, []).append(value)
        else:
            fields.setdefault(name, []).append(value.replace("\0", ""))  # PostgreSQL has no NUL in text
    typed = Typed(fields, files)
    request.state.typed = typed
    return typed


async def _posted(request: Request) -> AsyncIterator[Typed]:
    """Files that came stand on disk while they are large: they go when the page is done with them."""
    try:
        yield await typed_in(request)
    finally:
        await request.close()


Posted = Annotated[Typed, Depends(_posted)]
"""What a page was sent. Ask for it after the visit, so that who is signed out is told so first."""
