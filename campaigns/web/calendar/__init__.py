"""The calendar: what goes out when, as a month, a week, a day or a list."""

from campaigns.web.calendar.page import router

__all__ = ["router"]
