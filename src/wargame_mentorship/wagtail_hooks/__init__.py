"""The Wagtail admin, a module per room; Wagtail imports this package by its name."""

from wargame_mentorship.wagtail_hooks import (
    bundles,
    cases,
    choosing,
    forums,
    health,
    help_requests,
    home,
    log,
    taxonomy,
    words,
)

__all__ = [
    "bundles",
    "cases",
    "choosing",
    "forums",
    "health",
    "help_requests",
    "home",
    "log",
    "taxonomy",
    "words",
]
