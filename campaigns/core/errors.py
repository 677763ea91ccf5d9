"""The tree of errors a person may meet; each message is one sentence that says how to mend it."""

from __future__ import annotations

from campaigns.core.words import Sentence


class BeaconError(Exception):
    """Something went wrong that a person can mend; str(error) is shown as it stands.

    `Misuse("There is no zone %(name)s.", name=name)`: as a `Sentence`, so that a page can say it in another
    language."""

    def __init__(self, template: str, /, **values: object) -> None:
        self.sentence = template if isinstance(template, Sentence) else Sentence(template, **values)
        super().__init__(str(self.sentence))


class Misuse(BeaconError):  # noqa: N818 - reads as what it is at the raise
    """The request itself makes no sense: an unknown name, a wrong type."""


class Conflict(BeaconError):  # noqa: N818
    """The request made sense, but what it spoke of has changed meanwhile."""


class Unusable(BeaconError):  # noqa: N818
    """A part of the install is missing or broken: database, broker, secret key."""


class Missing(BeaconError):  # noqa: N818
    """There is no such thing, or it belongs to somebody else, which nobody is told."""


class Forbidden(BeaconError):  # noqa: N818
    """This person's role does not allow it."""
