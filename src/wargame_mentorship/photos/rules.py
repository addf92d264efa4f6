from __future__ import annotations

from wargame_mentorship.core import registry
from wargame_mentorship.core.permissions import taking_part
from wargame_mentorship.host import Viewer
from wargame_mentorship.photos.models import Photo


@taking_part
def can_delete_photo(viewer: Viewer, photo: Photo) -> bool:
    """One's own, as long as it is not attached: then it is a part of the content."""
    return viewer.is_me(photo.owner_id) and photo.content_id is None


@taking_part
def can_describe_photo(viewer: Viewer, photo: Photo) -> bool:
    """Its owner until it is attached, then whoever may edit what it is attached to.

    Raises:
        NotFound: it is attached to what the viewer does not see.
    """
    if photo.content_id is None:
        return viewer.is_me(photo.owner_id)
    content = registry.fetch_visible(viewer, photo.content_type, photo.content_id)
    kind = registry.get(photo.content_type)
    if kind.may_edit is None:
        return viewer.is_me(kind.author_id(content))
    return kind.may_edit(viewer, content)
