"""The calendar: what goes out when, as a month, a week, a day or a list, and how it is moved."""

from campaigns.web.calendar import feeds, moving, page  # each puts its addresses on the router
from campaigns.web.calendar.routing import router

__all__ = ["feeds", "moving", "page", "router"]
