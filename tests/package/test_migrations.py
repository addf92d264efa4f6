from __future__ import annotations

import pytest
from django.apps import apps
from django.core.management import call_command

OURS = ("wargame_mentorship", "people", "social", "home", "demo")
"""Our labels, of which each host installs some: what others forgot to migrate is theirs."""


@pytest.mark.django_db
def test_models_and_migrations_agree(capsys: pytest.CaptureFixture[str]) -> None:
    installed = [label for label in OURS if apps.is_installed(label)]

    try:
        call_command("makemigrations", *installed, check=True, dry_run=True)
    except SystemExit:
        pytest.fail(f"A migration is missing:\n{capsys.readouterr().out}")

    assert "No changes detected" in capsys.readouterr().out
