"""The club's own API documentation, as `/api/schema` gives it."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command

pytestmark = pytest.mark.django_db


def test_the_schema_is_valid_without_warnings_and_holds_the_plugin_alone(tmp_path: Path) -> None:
    file = tmp_path / "schema.yaml"

    call_command(
        "spectacular", "--validate", "--fail-on-warn", "--file", str(file), stderr=StringIO()
    )

    paths = yaml.safe_load(file.read_text(encoding="utf-8"))["paths"]
    assert "/api/help/requests" in paths
    assert all(path.startswith("/api/") for path in paths)
