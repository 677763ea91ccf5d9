"""CamelCase for hashtags: a screen reader reads #TimeToTalk word by word, #timetotalk as one."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

# Words that campaign tags are made of, in English and Spanish; small, since a wrong cut is worse than none.
_WORDS = frozenset(
    """
    a about abuse access action addiction against aid all alone always and anxiety are ask autism awareness
    be because better black body boys break brain call cancer can care change charity check child children
    climate community conversation courage crisis day days deaf depression disability disabled do donate
    down end equal equality every everyone eye families family fathers feel fight find first for forward
    free friend friends fund future gambling gay get girls give go good grief growth hand happy heal
    healing health healthy hear heart help helpline her here home homeless hope hour how human i in is it
    join justice kids kind kindness know learn let lets life lifeline like line listen live lives living
    local loneliness lonely love make mates matter matters me men mens mental mind minds month more mothers
    move my need neighbour neighbours never new no not now of ok okay on one open our out over parents
    peace people per planet positive power pride prevention project protect race reach ready recovery
    refugee refugees respect rights safe save say school schools science see self share sleep smile
    speak stand start stay stigma stop stories story street strong student students suicide support survivor
    survivors take talk teachers team teens thank the their there therapy they think this time to today
    together trans trauma truth try understand united up us veterans violence voice voices volunteer vote
    walk water we week welfare well wellbeing what when who wise with women womens word words
    work workers workplace world year you young your youth

    ayuda con contra de del derechos dia día el en escucha es esperanza estamos hablar hablemos hoy juntas
    juntos la las los mujeres mundial no para por prevencion prevención salud semana sin solos somos suicidio
    tu tú vida y
    """.split()  # noqa: SIM905 - a page of words reads better than a page of quotes
)


def needs_capitals(tag: str) -> bool:
    """Whether a tag has letters with case and all of them are small."""
    return tag.islower()


def suggest(tag: str, known: Collection[str] = ()) -> str | None:
    """The tag with a capital at each word; None when its words cannot be told apart.

    `known` are other tags of the campaign: the same one in capitals is the best suggestion.
    """
    for other in known:
        if other != tag and other.casefold() == tag.casefold() and not needs_capitals(other):
            return other
    words = [word for chunk in tag.split("_") for word in _split(chunk)] if tag else []
    if not words or "" in words:
        return None
    return "".join(word[0].upper() + word[1:] for word in words)


@lru_cache(maxsize=1024)
def _split(chunk: str) -> tuple[str, ...]:
    """The fewest known words that make up the chunk; numbers count as words; ("",) when there are none."""
    best: list[tuple[str, ...] | None] = [()]
    for end in range(1, len(chunk) + 1):
        ways = [
            (*before, chunk[start:end])
            for start in range(end)
            if (before := best[start]) is not None and _is_word(chunk[start:end])
        ]
        best.append(min(ways, key=len, default=None))
    return best[-1] or ("",)


def _is_word(letters: str) -> bool:
    return letters in _WORDS or letters.isdecimal()
