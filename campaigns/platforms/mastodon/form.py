"""Connecting a Mastodon account, on a page."""

from __future__ import annotations

from campaigns.core.words import N_
from campaigns.platforms.contract import Field, Form

FORM = Form(
    needs=N_(
        "Any server that speaks Mastodon's language. You need an access token from your server's settings."
    ),
    steps=(
        N_("Open your server's settings, then “Development”, and make a new application named Beacon."),
        N_("Tick these scopes only: `read:accounts` `read:statuses` `write:media` `write:statuses`"),
        N_("Open the application you made, and copy “Your access token” to here."),
    ),
    fields=(
        Field("server", N_("Address of your server"), hint=N_("Such as mastodon.social")),
        Field("token", N_("Access token"), secret=True),
    ),
    howto="connect-mastodon",
)
