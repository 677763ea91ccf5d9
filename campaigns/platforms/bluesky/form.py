"""Connecting a Bluesky account, on a page."""

from __future__ import annotations

from campaigns.core.words import N_
from campaigns.platforms.contract import Field, Form

FORM = Form(
    needs=N_("You need your handle and an app password, which you can take back at any time."),
    steps=(
        N_("In Bluesky open Settings, then “Privacy and security”, then “App passwords”."),
        N_(
            "Add one named Beacon, and copy it to here. It is not your main password, and you can take it "
            "back at any time."
        ),
    ),
    fields=(
        Field(
            "server",
            N_("Address of your server"),
            hint=N_("Leave it as it is, unless you have a server of your own."),
            usual="https://bsky.social",
        ),
        Field("handle", N_("Your handle"), hint=N_("Such as alice.bsky.social")),
        Field("password", N_("App password"), hint=N_("It looks like xxxx-xxxx-xxxx-xxxx."), secret=True),
    ),
    howto="connect-bluesky",
)
