"""The words of the pages for what the models name. They are the glossary's."""

from __future__ import annotations

from campaigns.models import AttemptKind, Role, State
from campaigns.web.base.languages import N_

STATE_WORDS = {
    State.SCHEDULED: N_("waiting for its time"),
    State.RETRY_WAIT: N_("will be tried again"),
    State.SUBMITTING: N_("being sent"),
    State.UNCERTAIN: N_("being looked up"),
    State.NEEDS_PERSON: N_("needs a person"),
    State.HELD: N_("held"),
    State.MISSED: N_("dropped as too late"),
    State.FAILED: N_("refused"),
    State.CANCELLED: N_("cancelled"),
    State.PARTLY_OUT: N_("partly out"),
    State.PUBLISHED: N_("out"),
}

STATE_TONES = {
    State.SCHEDULED: "calm",
    State.RETRY_WAIT: "warn",
    State.SUBMITTING: "busy",
    State.UNCERTAIN: "busy",
    State.NEEDS_PERSON: "bad",
    State.HELD: "warn",
    State.MISSED: "warn",
    State.FAILED: "bad",
    State.CANCELLED: "calm",
    State.PARTLY_OUT: "bad",
    State.PUBLISHED: "good",
}
"""Never shown by colour alone: the word stands beside it."""

CALL_WORDS = {
    AttemptKind.SEND: N_("Sent"),
    AttemptKind.REPLAY: N_("Sent again under the same key"),
    AttemptKind.UPLOAD: N_("Uploaded an image"),
}

OUTCOME_WORDS = {
    "published": N_("it is out"),
    "uploaded": N_("it is there"),
    "retry": N_("not accepted, to be tried again"),
    "uncertain": N_("nobody knows yet"),
    "not_seen": N_("not found yet"),
    "refused": N_("refused"),
    "reconnect": N_("the key was not accepted"),
    "needs_person": N_("a person has to look"),
    "lost": N_("the answer was lost"),
}
"""By the names of the outcomes of a call, as they are stored."""

DEED_WORDS = {
    "post.now": N_("let it go at once"),
    "post.move": N_("moved it"),
    "post.cancel": N_("cancelled it"),
    "post.settle": N_("looked, and said"),
}
"""What a person did to a post, by the audit trail's name for it."""

ROLE_WORDS = {
    Role.OWNER: N_("owner"),
    Role.EDITOR: N_("editor"),
    Role.VIEWER: N_("viewer"),
}

CHANGE_WORDS = {
    "added": N_("new"),
    "back": N_("back"),
    "moved": N_("moved"),
    "reworded": N_("reworded"),
    "retagged": N_("other hashtags"),
    "repictured": N_("other images"),
    "rerouted": N_("other accounts"),
    "adjusted": N_("other rules"),
    "renamed": N_("renamed"),
    "reordered": N_("reordered"),
    "removed": N_("taken out"),
    "cancelled": N_("cancelled"),
    "campaign": N_("campaign"),
}
"""By the value of `plan.loading.changes.Kind`, which would bring all of planning along."""
