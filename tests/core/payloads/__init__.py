"""Hostile texts, for every place that shows what people write."""

import json
from pathlib import Path

_HERE = Path(__file__).parent


def load_payloads() -> list[str]:
    """Return the payloads: one per line of xss.txt, and those that need more than a line.

    Lines of xss.txt that begin with ``%%`` name what follows. xss.json holds payloads with line
    ends, tabs or control characters; some of these `clean_text` refuses.
    """
    lines = (_HERE / "xss.txt").read_text(encoding="utf-8").splitlines()
    several_lines: list[str] = json.loads((_HERE / "xss.json").read_text(encoding="utf-8"))
    return [line for line in lines if line and not line.startswith("%%")] + several_lines
