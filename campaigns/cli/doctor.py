"""`beacon doctor`."""

from __future__ import annotations

from campaigns.cli.options import AsJson


def doctor(as_json: AsJson = False) -> None:
    """Say what is wrong with this install and how to mend it. Exit 1 when something is."""
    from campaigns.cli.examining import show

    show(as_json=as_json)
