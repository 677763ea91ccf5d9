from __future__ import annotations

from tests.support.browser_fixtures import browser, context, page, site
from tests.support.calendars import plan
from tests.support.campaign_forms import two_accounts
from tests.support.composer import desk
from tests.support.uploads import practice_account
from tests.support.visitor_fixtures import alice, app, charlie, enter, stranger

__all__ = [
    "alice",
    "app",
    "browser",
    "charlie",
    "context",
    "desk",
    "enter",
    "page",
    "plan",
    "practice_account",
    "site",
    "stranger",
    "two_accounts",
]
