"""One request as a page sees it: who asks, in which language and zone, and how to answer."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cached_property, partial
from typing import TYPE_CHECKING, Annotated, Any, TypeVar
from urllib.parse import quote

from babel.numbers import format_decimal
from fastapi import Depends, Path, Request
from sqlmodel import SQLModel
from starlette.responses import HTMLResponse, RedirectResponse

from campaigns.core.db import read_session, write_session
from campaigns.core.errors import Missing
from campaigns.core.words import Sentence
from campaigns.people import logins, permissions
from campaigns.web.base import cookies, pages
from campaigns.web.base.banner import Banner, banner
from campaigns.web.base.flash import Flash, local_path, unpacked
from campaigns.web.base.languages import choose, translations
from campaigns.web.base.navigation import Place, is_here
from campaigns.web.base.preloads import preloads
from campaigns.web.base.recalling import recalled
from campaigns.web.base.times import Times

if TYPE_CHECKING:
    from datetime import datetime
    from gettext import NullTranslations

    from sqlalchemy import Engine
    from sqlmodel import Session
    from starlette.responses import Response

    from campaigns.models import Person
    from config.settings import Settings

Row = TypeVar("Row", bound=SQLModel)


class SignInNeeded(Exception):  # noqa: N818 - no error, a detour
    """Leads to the sign-in page and back."""


class Visit:
    """Somebody's request. Times are UTC inside and the reader's outside."""

    def __init__(self, request: Request, now: datetime, person: Person | None, shown: Banner | None) -> None:
        self.request, self.now, self.person, self.banner = request, now, person, shown
        self.settings: Settings = request.app.state.settings
        self.engine: Engine = request.app.state.engine
        self.language, self.locale = choose(
            person.language if person else "", request.headers.get("accept-language", "")
        )
        self.turn: int = request.app.state.changes.turn  # before anything is read: see Changes
        self.zone = (person.timezone if person else "") or self.settings.timezone
        self.theme = person.theme if person else "auto"
        self.translations: NullTranslations = translations(self.language)

    # Who asks, and what they may.

    @property
    def me(self) -> Person:
        """Who is signed in; only for pages that ask for `SignedIn`."""
        if self.person is None:
            raise SignInNeeded
        return self.person

    @property
    def name(self) -> str:
        """For the audit trail."""
        return self.me.name

    @property
    def organisation_id(self) -> int:
        return self.me.organisation_id

    def may(self, verb: permissions.Verb) -> bool:
        return self.person is not None and permissions.may(self.person, verb)

    def require(self, verb: permissions.Verb) -> None:
        """Raises `Forbidden`."""
        permissions.require(self.me, verb, self.organisation_id)

    def own(self, session: Session, table: type[Row], row_id: int) -> Row:
        """A row of the visitor's organisation; raises `Missing` for another's, as for none."""
        row = session.get(table, row_id)
        if row is None or getattr(row, "organisation_id", None) != self.organisation_id:
            raise Missing(self._("There is nothing here under that address; it may have been removed."))
        return row

    # The database: in a thread, and for as short as can be.

    def reading(self) -> AbstractContextManager[Session]:
        return read_session(self.engine)

    def writing(self) -> AbstractContextManager[Session]:
        """Commits at the end. No network and no password hashing within: others wait."""
        return write_session(self.engine)

    # Words and times.

    def _(self, text: str, /, **values: object) -> str:
        """Translated; `%(name)s` in it is filled from the values."""
        told = self.translations.gettext(text)
        return told % values if values else told

    say = _  # under a name that extraction does not read: for sentences marked with N_

    def told(self, text: str) -> str:
        """What another room said, in the reader's language where it can be said in it."""
        if not isinstance(text, Sentence):
            return text
        return text.translated(self.translations, partial(format_decimal, locale=self.locale))

    def recalled(self, text: str) -> str:
        """What was stored in English, in the reader's language where it can be said in it."""
        return recalled(text, self.language)

    def ngettext(self, one: str, many: str, n: int) -> str:
        """`%(n)s` in it is the number."""
        return self.translations.ngettext(one, many, n) % {"n": n}

    @cached_property
    def times(self) -> Times:
        return Times(self.locale, self.zone, self.now, self._)

    # The answer.

    @property
    def places(self) -> list[Place]:
        return list(self.request.app.state.places)

    def is_here(self, place: str) -> bool:
        return is_here(place, self.request.url.path)

    @cached_property
    def flash(self) -> Flash | None:
        """What the page before left to say; not to its own refreshing while it is being left, which would
        take the words away from the page that comes."""
        if "beacon-refresh" in self.request.headers:
            return None
        return unpacked(cookies.read(self.request, cookies.FLASH))

    def page(self, template: str, status: int = 200, **context: Any) -> HTMLResponse:
        drawn = pages.render(self.request.app.state.pages, template, self, context)
        answer = HTMLResponse(
            drawn, status, headers={"content-language": self.language, "vary": "Accept-Language, Cookie"}
        )
        if ahead := preloads(drawn):
            answer.headers["link"] = ahead
        if self.flash:
            cookies.drop(answer, self.settings, cookies.FLASH)
        return answer

    def go(self, path: str, flash: Flash | str | None = None) -> RedirectResponse:
        """After a form that was accepted: to a page of ours, which says what happened."""
        answer = RedirectResponse(path if local_path(path) else "/", 303)
        if flash:
            said = Flash(flash) if isinstance(flash, str) else flash
            cookies.put(answer, self.settings, cookies.FLASH, said.packed(), 60)
        return answer

    def back(self, flash: Flash | str | None = None, otherwise: str = "/") -> Response:
        """To the page that the form named in its field `back`, or to another."""
        typed = getattr(self.request.state, "typed", None)
        return self.go((typed.text("back") if typed else "") or otherwise, flash)


def _visit(request: Request) -> Visit:
    now = request.app.state.clock.now()
    token = cookies.read(request, cookies.LOGIN)
    if not token:
        return Visit(request, now, None, None)
    engine: Engine = request.app.state.engine
    with read_session(engine) as session:
        found = logins.signed_in(session, token, now)
        shown = banner(session) if found else None
    if found and now - found[1].seen_utc > logins.NOTED_EVERY:
        with write_session(engine) as session:
            logins.note_visit(session, token, now)
    request.state.person = found[0] if found else None  # for the page that says what went wrong
    return Visit(request, now, request.state.person, shown)


def _signed_in(visit: Annotated[Visit, Depends(_visit)]) -> Visit:
    _ = visit.me
    return visit


RowId = Annotated[int, Path(ge=1, le=2**63 - 1)]
"""A row's id in a path; what cannot be one leads to no page."""

Anybody = Annotated[Visit, Depends(_visit)]
SignedIn = Annotated[Visit, Depends(_signed_in)]


def sign_in_path(request: Request) -> str:
    """The sign-in page, which leads back to where somebody wanted to go."""
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return "/sign-in" if wanted == "/" else f"/sign-in?next={quote(wanted, safe='')}"
