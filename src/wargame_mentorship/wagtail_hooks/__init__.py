"""The Wagtail admin, a module per room; Wagtail imports this package by its name."""

from wargame_mentorship.wagtail_hooks import (
    cases,
    choosing,
    forums,
    help_requests,
    home,
    taxonomy,
    words,
)

__all__ = ["cases", "choosing", "forums", "help_requests", "home", "taxonomy", "words"]
