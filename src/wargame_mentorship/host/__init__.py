"""The seams to the host: a Protocol and a default each, chosen in `WARGAME_MENTORSHIP`.

Whatever the package wants to know of people, their social graph, moderation, search or
storage, it asks through `users()`, `social()`, `moderation()` and `search()`. A backend that
fails is a `BackendUnavailable`, never an unfiltered answer.
"""

from wargame_mentorship.host.loading import moderation, search, social, users
from wargame_mentorship.host.moderation import (
    ModerationBackend,
    ReportedCase,
    ReportedFlag,
    Submission,
    Verdict,
)
from wargame_mentorship.host.search import Document, SearchBackend
from wargame_mentorship.host.social import SocialBackend
from wargame_mentorship.host.users import DisplayUser, UsersBackend, find_user
from wargame_mentorship.host.viewer import Actor, Viewer, is_younger_than

__all__ = [
    "Actor",
    "DisplayUser",
    "Document",
    "ModerationBackend",
    "ReportedCase",
    "ReportedFlag",
    "SearchBackend",
    "SocialBackend",
    "Submission",
    "UsersBackend",
    "Verdict",
    "Viewer",
    "find_user",
    "is_younger_than",
    "moderation",
    "search",
    "social",
    "users",
]
