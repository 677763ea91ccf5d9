from __future__ import annotations

from tests.support.browser_fixtures import browser, context, page, site

__all__ = ["browser", "context", "page", "site"]
