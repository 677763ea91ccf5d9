"""The tree of errors a person may meet; each message is one sentence that says how to mend it."""

from __future__ import annotations


class BeaconError(Exception):
    """Something went wrong that a person can mend; str(error) is shown as it stands."""


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
