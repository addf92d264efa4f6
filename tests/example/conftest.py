"""Tests of the example site itself; the other host has not installed its apps."""

from __future__ import annotations

from django.conf import settings

OF_THE_SITE = [
    "test_club.py",
    "test_describe_api.py",
    "test_load_demo.py",
    "test_own_inbox.py",
    "test_spend_queries.py",
]
collect_ignore = [] if settings.ROOT_URLCONF == "urls" else OF_THE_SITE
