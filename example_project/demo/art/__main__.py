"""Command line: ``python -m demo.art contact-sheet OUT.png``."""

from __future__ import annotations

import argparse
from pathlib import Path

from .contact_sheet import draw_contact_sheet


def main() -> None:
    """Draw what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m demo.art", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    sheet = commands.add_parser(
        "contact-sheet", help="draw every subject, stage, palette and fault"
    )
    sheet.add_argument("out", type=Path, help="where to write the picture")
    arguments = parser.parse_args()
    draw_contact_sheet().save(arguments.out)


if __name__ == "__main__":
    main()
