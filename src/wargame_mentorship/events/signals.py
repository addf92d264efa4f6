"""The one public signal of the package."""

from django.dispatch import Signal

event_dispatched = Signal()
"""Sent once our own handlers have run, outside any transaction, with `event` (an `Event`).

At least once per event: after a crash `wm_dispatch` sends it again, so receivers are idempotent
(`event.id` is the key to remember). A receiver that raises is logged and harms nobody.
"""
