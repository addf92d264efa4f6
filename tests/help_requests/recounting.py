"""Whether every stored number is true."""

from __future__ import annotations

from io import StringIO

from django.core.management import call_command


def check_adds_up() -> None:
    """Fails with what `wm_check` found."""
    call_command("wm_check", stdout=StringIO())
