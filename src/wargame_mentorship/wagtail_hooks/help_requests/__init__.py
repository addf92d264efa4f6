"""Help requests and the answers to them, in the Wagtail admin."""

from wargame_mentorship.wagtail_hooks.help_requests.viewsets import REQUESTS, RESPONSES

__all__ = ["REQUESTS", "RESPONSES"]
