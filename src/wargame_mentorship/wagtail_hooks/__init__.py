"""The Wagtail admin, a module per room; Wagtail imports this package by its name."""

from wargame_mentorship.wagtail_hooks import (
    cases,
    choosing,
    forums,
    health,
    help_requests,
    home,
    log,
    taxonomy,
)

__all__ = [
    "cases",
    "choosing",
    "forums",
    "health",
    "help_requests",
    "home",
    "log",
    "taxonomy",
]
