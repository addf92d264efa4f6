"""Every write on topics and posts.

Each service asks `visible_to` and its rule itself, so that no door can forget to. All raise
`NotFound` for what the actor may not see, `SignInRequired` or `NotAllowed` for what is not theirs
to do, `Invalid` for input, a `Conflict` for the wrong moment.
"""

from wargame_mentorship.forums.services.cleaning import LONGEST_TAG, MOST_TAGS
from wargame_mentorship.forums.services.common import MOST_PHOTOS
from wargame_mentorship.forums.services.drafting import (
    discard_draft,
    draft_of,
    drafts_of,
    is_blank,
    keep_draft,
    photos_in_drafts,
    prune_drafts,
    split_tags,
)
from wargame_mentorship.forums.services.linking import mark_duplicate, unmark_duplicate
from wargame_mentorship.forums.services.marking import (
    mark_all_read,
    mark_category_read,
    mark_read,
    mark_read_to,
    prune_read_marks,
)
from wargame_mentorship.forums.services.merging import merge, where_merged
from wargame_mentorship.forums.services.reading import count_view, mark_helpful, withdraw_vote
from wargame_mentorship.forums.services.removing import (
    delete_post,
    delete_topic,
    restore_post,
    restore_topic,
)
from wargame_mentorship.forums.services.revising import edit_post, edit_topic
from wargame_mentorship.forums.services.solving import accept, unaccept
from wargame_mentorship.forums.services.splitting import MOST_SPLIT, split
from wargame_mentorship.forums.services.steering import lock, move, pin, unlock, unpin
from wargame_mentorship.forums.services.together import STEERED_TOGETHER, steer_all
from wargame_mentorship.forums.services.writing import reply, start_topic

__all__ = [
    "LONGEST_TAG",
    "MOST_PHOTOS",
    "MOST_SPLIT",
    "MOST_TAGS",
    "STEERED_TOGETHER",
    "accept",
    "count_view",
    "delete_post",
    "delete_topic",
    "discard_draft",
    "draft_of",
    "drafts_of",
    "edit_post",
    "edit_topic",
    "is_blank",
    "keep_draft",
    "lock",
    "mark_all_read",
    "mark_category_read",
    "mark_duplicate",
    "mark_helpful",
    "mark_read",
    "mark_read_to",
    "merge",
    "move",
    "photos_in_drafts",
    "pin",
    "prune_drafts",
    "prune_read_marks",
    "reply",
    "restore_post",
    "restore_topic",
    "split",
    "split_tags",
    "start_topic",
    "steer_all",
    "unaccept",
    "unlock",
    "unmark_duplicate",
    "unpin",
    "where_merged",
    "withdraw_vote",
]
