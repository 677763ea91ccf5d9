"""The tables as Core sees them, for statements over thousands of rows (objects cost 3-9 times more)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import SQLModel

import campaigns.models  # noqa: F401 - fills the metadata

if TYPE_CHECKING:
    from sqlalchemy import Table


def _table(name: str) -> Table:
    return SQLModel.metadata.tables[name]


account = _table("account")
attempt = _table("attempt")
audit = _table("audit")
campaign = _table("campaign")
control = _table("control")
delivery = _table("delivery")
draft = _table("draft")
login = _table("login")
media = _table("media")
one_time_link = _table("one_time_link")
organisation = _table("organisation")
part = _table("part")
person = _table("person")
post = _table("post")
post_media = _table("post_media")
post_version = _table("post_version")
process = _table("process")
