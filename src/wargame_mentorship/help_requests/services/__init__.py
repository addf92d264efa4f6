"""Every write on help requests and responses.

Each service asks `visible_to` and its rule itself, so that no door can forget to. All raise
`NotFound` for what the actor may not see, `SignInRequired` or `NotAllowed` for what is not theirs
to do, `Invalid` for input, a `Conflict` for the wrong moment.
"""

from wargame_mentorship.help_requests.services.answering import ask_for_info, respond
from wargame_mentorship.help_requests.services.asking import ask, delete, edit
from wargame_mentorship.help_requests.services.common import MOST_PHOTOS
from wargame_mentorship.help_requests.services.deflecting import deflect, similar_help_requests
from wargame_mentorship.help_requests.services.drafting import (
    DRAFT_NAMES,
    claim_draft,
    discard_draft,
    draft_of,
    is_blank,
    keep_draft,
    left_draft,
    photos_in_drafts,
    prune_drafts,
)
from wargame_mentorship.help_requests.services.moving import (
    accept,
    assign,
    claim,
    close,
    release,
    release_expired_claims,
    reopen,
    unaccept,
)
from wargame_mentorship.help_requests.services.outcome import (
    NOT_SOLVED,
    tell_outcome,
    withdraw_outcome,
)
from wargame_mentorship.help_requests.services.reading import (
    count_view,
    mark_helpful,
    withdraw_vote,
)
from wargame_mentorship.help_requests.services.revising import delete_response, edit_response
from wargame_mentorship.help_requests.services.steps import (
    LONGEST_STEP,
    MOST_STEPS,
    StepInput,
    steps_of,
)

__all__ = [
    "LONGEST_STEP",
    "DRAFT_NAMES",
    "MOST_PHOTOS",
    "MOST_STEPS",
    "NOT_SOLVED",
    "StepInput",
    "accept",
    "ask",
    "ask_for_info",
    "assign",
    "claim",
    "claim_draft",
    "close",
    "count_view",
    "deflect",
    "delete",
    "delete_response",
    "edit",
    "edit_response",
    "discard_draft",
    "draft_of",
    "edit",
    "is_blank",
    "keep_draft",
    "left_draft",
    "mark_helpful",
    "photos_in_drafts",
    "prune_drafts",
    "release",
    "release_expired_claims",
    "reopen",
    "respond",
    "steps_of",
    "tell_outcome",
    "similar_help_requests",
    "unaccept",
    "withdraw_outcome",
    "withdraw_vote",
]
