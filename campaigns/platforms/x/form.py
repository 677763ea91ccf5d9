"""Connecting an X account, on a page."""

from __future__ import annotations

from campaigns.core.words import N_
from campaigns.platforms.contract import Field, Form

FORM = Form(
    needs=N_("X costs money for each post. You need the four keys of an app in X's developer console."),
    steps=(
        N_("In X's developer console make a project and an app that may read and write."),
        N_(
            "Under “Keys and tokens” make the API key and secret, and the access token and secret of this "
            "account."
        ),
        N_("Set a limit on what you spend: X charges for each post, and more for one with a link."),
    ),
    fields=(
        Field("api_key", N_("API key"), secret=True),
        Field("api_secret", N_("API key secret"), secret=True),
        Field("access_token", N_("Access token"), secret=True),
        Field("access_secret", N_("Access token secret"), secret=True),
    ),
    howto="connect-x",
)
