"""Connecting a practice account, on a page."""

from __future__ import annotations

from campaigns.core.words import N_
from campaigns.platforms.contract import Field, Form
from campaigns.platforms.practice.accounts import Kind

FORM = Form(
    needs=N_("A feed on this machine that only you see. It takes no key: rehearse here first."),
    steps=(
        N_("Nothing to fetch: the account is made as you connect it."),
        N_("What you post there is seen on this machine only."),
    ),
    fields=(
        Field(
            "handle",
            N_("Name on the practice feed"),
            hint=N_("Lower-case letters, digits and underscores"),
        ),
        Field(
            "kind",
            N_("When an answer gets lost on the way"),
            hint=N_("Real platforms differ in this; choose which to rehearse."),
            usual=Kind.KEYED,
            choices=(
                (Kind.KEYED, N_("it is sent again under the same key")),
                (Kind.READABLE, N_("the feed is read to see whether it is out")),
                (Kind.BLIND, N_("a person is asked")),
            ),
        ),
    ),
    howto="practice-platform",
    rehearses=True,
)
