"""Templates: one environment for all; what belongs to the reader comes from the visit being answered."""

from __future__ import annotations

from contextvars import ContextVar
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from campaigns.core.moments import iso_z
from campaigns.core.words import Sentence
from campaigns.models import PauseMode, State
from campaigns.people.permissions import Verb
from campaigns.web.base.browsers import browser_name
from campaigns.web.base.charts import bars
from campaigns.web.base.differences import differences
from campaigns.web.base.languages import NAMES, language_name
from campaigns.web.base.words import (
    CALL_WORDS,
    CHANGE_WORDS,
    DEED_WORDS,
    OUTCOME_WORDS,
    ROLE_WORDS,
    STATE_TONES,
    STATE_WORDS,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from babel import Locale

    from campaigns.web.base.assets import Assets
    from campaigns.web.base.visit import Visit

FOLDER = Path(__file__).parents[1]

_visit: ContextVar[Visit] = ContextVar("beacon_visit")


def environment(assets: Assets) -> Environment:
    """In a template: `_()`, `moment(dt)`, `ago(dt)`, `clock(dt)`, `day(date)`, `number(n)`, `size(bytes)`,
    `asset(path)`,
    `may(verb)`, and the visit itself as `visit`."""
    made = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        auto_reload=False,
    )
    made.install_gettext_callables(  # type: ignore[attr-defined]  # the extension adds it
        _of(lambda visit: visit.translations.gettext),
        _of(lambda visit: visit.translations.ngettext),
        newstyle=True,
    )
    made.filters |= {
        "iso_z": iso_z,
        "with_code": _with_code,
        "told": _of(lambda visit: visit.told),
        "recalled": _of(lambda visit: visit.recalled),
    }
    made.tests["english"] = lambda text: not isinstance(text, Sentence)
    made.globals |= {
        "asset": assets,
        "moment": _of(lambda visit: visit.times.moment),
        "ago": _of(lambda visit: visit.times.ago),
        "clock": _of(lambda visit: visit.times.clock),
        "day": _of(lambda visit: visit.times.day),
        "long_day": _of(lambda visit: visit.times.long_day),
        "city": _of(lambda visit: visit.times.city),
        "language_name": lambda tag: language_name(tag, _visit.get().locale),
        "bars": bars,
        "number": _of(lambda visit: partial(format_decimal, locale=visit.locale)),
        "size": _of(lambda visit: partial(_size, locale=visit.locale)),
        "may": _of(lambda visit: visit.may),
        "state_word": lambda state: _visit.get().say(STATE_WORDS[State(state)]),
        "state_tone": lambda state: STATE_TONES[State(state)],
        "deed_word": lambda action: _visit.get().say(DEED_WORDS.get(action) or action),
        "outcome_word": lambda name: _visit.get().say(OUTCOME_WORDS.get(name) or name),
        "call_word": lambda kind: _visit.get().say(CALL_WORDS[kind]),
        "change_word": lambda kind: _visit.get().say(CHANGE_WORDS[kind]),
        "role_word": lambda role: _visit.get().say(ROLE_WORDS[role]),
        "browser_name": browser_name,
        "Verb": Verb,
        "PauseMode": PauseMode,
        "language_names": NAMES,
        "differences": differences,
    }
    return made


def _with_code(text: str) -> Markup:
    """What stands between backticks is to be copied exactly."""
    parts = [escape(part) for part in text.split("`")]
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if n % 2 else part for n, part in enumerate(parts)
    )


def _size(count: int, locale: Locale) -> str:
    """`1.2 MB`, `340 kB`, of so many bytes."""
    if count < 1_000_000:  # noqa: PLR2004 - a megabyte
        return f"{format_decimal(max(1, round(count / 1000)), locale=locale)}\u00a0kB"
    return f"{format_decimal(round(count / 1_000_000, 1), locale=locale)}\u00a0MB"


def _of(pick: Callable[[Visit], Callable[..., Any]]) -> Callable[..., Any]:
    """A function of the visit that is being answered, chosen when the template calls it."""
    return lambda *given, **named: pick(_visit.get())(*given, **named)  # noqa: PLW0108 - looked up per call


def render(pages: Environment, template: str, visit: Visit, context: dict[str, Any]) -> str:
    """As Jinja's own does, but its macros know the context, which knows them: left alone, all that a page
    showed would wait for Python's collector, and other pages for it."""
    token = _visit.set(visit)
    drawn = pages.get_template(template)
    values = drawn.new_context({**context, "visit": visit})
    try:
        return pages.concat(drawn.root_render_func(values))
    except Exception:  # noqa: BLE001 - raised again, with the template's own lines
        pages.handle_exception()
    finally:
        _visit.reset(token)
        values.vars.clear()
        values.parent.clear()
