"""What an HTTP answer means in the words of the platform contract, whichever library brought it."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from campaigns.core.words import Sentence
from campaigns.platforms.contract import Reconnect, Refused, TryLater, Unclear
from campaigns.platforms.waiting import wait_asked_for

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from campaigns.platforms.contract import PlatformError

LONGEST_WORDS = 300  # characters of a platform's own explanation that a person is shown

_MOVED = frozenset({301, 307, 308})  # "ask there instead": an API says it before it looks at the request
_MAY_HAVE_WORKED = frozenset({408})  # a gateway says it when the server behind it was slow
_WORDS = ("error_description", "message", "detail", "error", "title")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a platform answered; `body` is its JSON, None for an empty 204 or an unreadable 4xx."""

    status: int
    headers: Mapping[str, str]  # names in any case
    body: Any
    words: str = ""  # of a 4xx: the platform's own explanation, fit for a person

    def text(self, *path: str) -> str:
        """The string at this path in the body; raises `Unclear` when there is none."""
        found = self.body
        for key in path:
            found = found.get(key) if isinstance(found, dict) else None
        if not isinstance(found, str) or not found:
            raise Unclear(
                Sentence("The answer lacks %(key)s, so it cannot be relied upon.", key=repr(".".join(path))),
                sick=False,
            )
        return found


def heard(status: int, headers: Mapping[str, str], raw: bytes, hidden: Collection[str] = ()) -> Answer:
    """An answer other than 2xx, whatever its body is; no secret in `hidden` stands in its words."""
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        body = None
    plain = raw.decode("utf-8", "replace") if headers.get("Content-Type", "").startswith("text/plain") else ""
    return Answer(status, headers, body, tidy(_explanation(body) or plain, hidden))


def verdict(
    answer: Answer,
    label: str,
    *,
    reconnect: Collection[int] = (401,),
    judge: Callable[[Answer], PlatformError | None] | None = None,
) -> PlatformError:
    """What an answer other than 2xx means. `label` names the platform in the message.

    Of a 4xx, `judge` may say what it means before the usual verdict: 429 `TryLater`, one in
    `reconnect` `Reconnect`, else `Refused`."""
    status = answer.status
    if status >= 500:  # noqa: PLR2004 - the class of statuses
        return Unclear(
            Sentence("%(platform)s is in trouble: it answered %(status)s.", platform=label, status=status)
        )
    if status in _MOVED:
        return Refused(
            Sentence(
                "%(platform)s has moved to another address; connect the account again with that one.",
                platform=label,
            )
        )
    if status < 400 or status in _MAY_HAVE_WORKED:  # noqa: PLR2004 - the class of statuses
        return Unclear(
            Sentence(
                "%(platform)s answered %(status)s, which does not say what it did.",
                platform=label,
                status=status,
            ),
            sick=False,
        )
    return (judge(answer) if judge else None) or _usual(answer, label, reconnect)


def tidy(words: str, hidden: Collection[str] = ()) -> str:
    """A platform's words on one line: no control characters, no secret, at most `LONGEST_WORDS`."""
    for secret in hidden:
        if secret:
            words = words.replace(secret, "[hidden]")
    seen = "".join(" " if unicodedata.category(char)[0] == "C" else char for char in words)
    line = " ".join(seen.split())
    return line if len(line) <= LONGEST_WORDS else line[: LONGEST_WORDS - 1].rstrip() + "…"


def _usual(answer: Answer, label: str, reconnect: Collection[int]) -> PlatformError:
    said = f": {answer.words}" if answer.words else "."
    if answer.status == 429:  # noqa: PLR2004 - Too Many Requests
        return TryLater(
            Sentence("%(platform)s asked us to slow down%(said)s", platform=label, said=said),
            after=wait_asked_for(answer.headers),
        )
    if answer.status in reconnect:
        return Reconnect(
            Sentence(
                "%(platform)s no longer accepts this account's credentials%(said)s", platform=label, said=said
            )
        )
    return Refused(
        Sentence(
            "%(platform)s refused it (%(status)s)%(said)s", platform=label, status=answer.status, said=said
        )
    )


def _explanation(body: Any) -> str:
    if isinstance(body, dict):
        for key in _WORDS:
            said = body.get(key)
            if isinstance(said, str) and said.strip():
                return said
            if isinstance(said, dict) and (inner := _explanation(said)):
                return inner
        errors = body.get("errors")
        return _explanation(errors[0]) if isinstance(errors, list) and errors else ""
    return body if isinstance(body, str) else ""
