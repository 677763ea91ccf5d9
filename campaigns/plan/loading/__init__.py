"""Campaign files into the database, and what keeps their plans up to date there."""

from campaigns.plan.loading.changes import Change, Kind
from campaigns.plan.loading.extending import extend_recurrences
from campaigns.plan.loading.images import keep_files
from campaigns.plan.loading.load import Loaded, load
from campaigns.plan.loading.removing import Removed, remove_campaign
from campaigns.plan.loading.rezoning import apply_new_zone_rules

__all__ = [
    "Change",
    "Kind",
    "Loaded",
    "Removed",
    "apply_new_zone_rules",
    "extend_recurrences",
    "keep_files",
    "load",
    "remove_campaign",
]
