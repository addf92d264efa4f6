"""Topics and posts of the forums, in the Wagtail admin."""

from wargame_mentorship.wagtail_hooks.forums.viewsets import POSTS, TOPICS

__all__ = ["POSTS", "TOPICS"]
