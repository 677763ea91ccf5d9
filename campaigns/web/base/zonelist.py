"""Time zones to choose from, by part of the world."""

from __future__ import annotations

from itertools import groupby

from campaigns.core.zones import zone_names

AREAS = frozenset(
    {
        "Africa", "America", "Antarctica", "Arctic", "Asia",
        "Atlantic", "Australia", "Europe", "Indian", "Pacific",
    }
)  # fmt: skip


def zone_groups(chosen: str = "") -> list[tuple[str, list[tuple[str, str]]]]:
    """(part of the world, [(zone, city)]). Old names and offsets are left out, unless one is chosen."""
    zones = sorted(zone for zone in zone_names() if zone.partition("/")[0] in AREAS)
    groups = [
        (area, [(zone, zone.partition("/")[2].replace("_", " ").replace("/", ", ")) for zone in found])
        for area, found in groupby(zones, key=lambda zone: zone.partition("/")[0])
    ]
    others = ["UTC"] if chosen in {"", "UTC", *zones} else ["UTC", chosen]
    return [("", [(zone, zone) for zone in others]), *groups]
