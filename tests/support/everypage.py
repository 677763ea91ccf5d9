"""Every page there is, found by the router: a new page that nobody names here fails the walks over all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi.routing import APIRoute

from campaigns.app import PAGES
from campaigns.platforms.registry import PLATFORMS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.furnished import Furnished

NO_PAGES = {
    "/calendar.ics",
    "/campaigns/{slug}/campaign.yaml",
    "/campaigns/{slug}/deliveries.csv",
    "/campaigns/{slug}/deliveries.ics",
    "/events",
    "/favicon.ico",
    "/feeds/{sealed}.ics",
    "/hashtags",  # the hints of a form, in JSON
    "/health",
    "/images/{digest}",
    "/images/{digest}/small",
    "/import/{token}",  # test_importing looks at it with a campaign in it
    "/link/{token}",  # its script uses it up; test_first_run comes by both of these
    "/welcome/{token}",
    "/metrics",
    "/ready",
    "/static/{version}/{name:path}",
    "/status.json",
}
"""What is answered with something else than a page, or looked at elsewhere."""

FOR_STRANGERS = {"/sign-in"}
"""Pages of who is not signed in."""


UNFOLDED = {"/calendar": ["/calendar?filter=open"]}
"""The same page with what it shows only when asked."""

SOMEBODYS = {"slug", "delivery_id", "post_id", "media_id", "digest", "name"}
"""Parameters that name what belongs to an organisation."""


def every_page(home: Furnished) -> dict[str, list[str]]:
    """Addresses of every page, by the path of its route."""
    return {path: addresses(path, home) for path in _paths()}


def addresses(path: str, home: Furnished) -> list[str]:
    """What a route's path stands for. Raises KeyError for a parameter of which there is no example here."""
    examples: dict[str, list[object]] = {
        "slug": [home.slug],
        "delivery_id": [home.delivery_id],
        "post_id": [home.post_id],
        "media_id": [home.media_id],
        "digest": [home.digest],
        "platform": list(PLATFORMS),
        "name": [home.account],
        "name:path": ["first-campaign"],
    }
    found = [path, *UNFOLDED.get(path, ())]
    for name in _parameters(path):
        found = [one.replace(f"{{{name}}}", str(value)) for one in found for value in examples[name]]
    return found


def is_somebodys(path: str) -> bool:
    """Whether a route's path names something that only one organisation may see."""
    return not SOMEBODYS.isdisjoint(_parameters(path))


def _paths() -> Iterator[str]:
    for route in (route for page in PAGES for route in page.router.routes):
        if isinstance(route, APIRoute) and "GET" in (route.methods or ()) and route.path not in NO_PAGES:
            yield route.path


def _parameters(path: str) -> list[str]:
    return [part.partition("}")[0] for part in path.split("{")[1:]]
