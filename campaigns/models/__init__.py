"""The nouns, as tables."""

from campaigns.models.account import Account, AccountState
from campaigns.models.alert import Alert, AlertState
from campaigns.models.campaign import Campaign, Post
from campaigns.models.control import INSTALL, Audit, Control, PauseMode, Process, Tally
from campaigns.models.delivery import Attempt, AttemptKind, Delivery, LateRule, Part, first_look
from campaigns.models.draft import Draft, PostVersion
from campaigns.models.media import Media, MediaOrigin, PostMedia
from campaigns.models.organisation import Organisation
from campaigns.models.person import Login, OneTimeLink, Person, Role, Theme
from campaigns.models.restoration import Restoration
from campaigns.models.states import (
    ACTIVE,
    ASKING,
    EDITABLE,
    WAITING,
    BadArrowError,
    State,
    check_arrow,
    stopped,
)

__all__ = [
    "ACTIVE",
    "ASKING",
    "EDITABLE",
    "INSTALL",
    "WAITING",
    "Account",
    "AccountState",
    "Alert",
    "AlertState",
    "Attempt",
    "AttemptKind",
    "Audit",
    "BadArrowError",
    "Campaign",
    "Control",
    "Delivery",
    "Draft",
    "LateRule",
    "Login",
    "Media",
    "MediaOrigin",
    "OneTimeLink",
    "Organisation",
    "Part",
    "PauseMode",
    "Person",
    "Post",
    "PostMedia",
    "PostVersion",
    "Process",
    "Restoration",
    "Role",
    "State",
    "Tally",
    "Theme",
    "check_arrow",
    "first_look",
    "stopped",
]
