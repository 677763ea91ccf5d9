"""The one router of the calendar's pages."""

from fastapi import APIRouter

router = APIRouter()
