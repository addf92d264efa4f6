"""Every model of the package: Django finds them here, and so do hosts."""

from wargame_mentorship.core.idempotency import IdempotencyKey
from wargame_mentorship.events.models import Event, EventCategory
from wargame_mentorship.flows.imports.models import ImportedAuthor, ImportedItem
from wargame_mentorship.forums.models import (
    ForumCategory,
    ForumCategoryGroupGrant,
    ForumCategoryRead,
    ForumCategoryUserGrant,
    ForumDraft,
    ForumPost,
    ForumTag,
    ForumTopic,
    ForumTopicRead,
    ForumTopicTag,
    ForumVersion,
)
from wargame_mentorship.help_requests.models import (
    HelpRequest,
    HelpRequestDraft,
    HelpRequestFacet,
    HelpResponse,
    HelpResponseStep,
)
from wargame_mentorship.moderation.models import Flag, FlagCase, Sanction, StaffNote, WatchedWord
from wargame_mentorship.notifications.models import (
    Delivery,
    Mute,
    NotificationPreference,
    Watch,
)
from wargame_mentorship.photos.models import Photo, PhotoRendition
from wargame_mentorship.reputation.models import HelpfulVote
from wargame_mentorship.search.models import SearchDocument
from wargame_mentorship.taxonomy.models import (
    Category,
    CategoryFollow,
    CategoryGroupGrant,
    CategoryPrompt,
    CategoryUserGrant,
)

__all__ = [
    "Category",
    "CategoryFollow",
    "CategoryGroupGrant",
    "CategoryPrompt",
    "CategoryUserGrant",
    "Delivery",
    "Event",
    "EventCategory",
    "Flag",
    "FlagCase",
    "ForumCategory",
    "ForumCategoryGroupGrant",
    "ForumCategoryRead",
    "ForumCategoryUserGrant",
    "ForumDraft",
    "ForumPost",
    "ForumTag",
    "ForumTopic",
    "ForumTopicRead",
    "ForumTopicTag",
    "ForumVersion",
    "HelpRequest",
    "HelpRequestDraft",
    "HelpRequestFacet",
    "HelpResponse",
    "HelpResponseStep",
    "HelpfulVote",
    "ImportedAuthor",
    "ImportedItem",
    "Mute",
    "NotificationPreference",
    "Photo",
    "PhotoRendition",
    "IdempotencyKey",
    "Sanction",
    "SearchDocument",
    "StaffNote",
    "Watch",
    "WatchedWord",
]
