"""The parts of the reference that are read from the code, as Markdown; they cannot drift."""

from __future__ import annotations

import argparse
import inspect
import re
from collections.abc import Iterable, Sequence
from importlib import import_module, resources
from typing import Any

from django.core.management import load_command_class
from state_diagram import draw

from wargame_mentorship.conf import NAME, AppSettings, BackendSetting, BackendSpec, NumberSetting
from wargame_mentorship.core.transitions import Branch, Move, StateMachine

ROOMS = ("help_requests", "moderation")
"""The rooms whose `transitions.py` holds state machines."""


def settings() -> str:
    """Every key of the settings dict: its documentation, type, default and limits."""
    parts = []
    for name, setting in AppSettings.declared().items():
        facts = [f"Default: {_shown(setting.default)}"]
        if isinstance(setting, NumberSetting):
            facts.append(f"at least {setting.minimum}")
        if choices := getattr(setting, "choices", None):
            facts.append(f"one of {', '.join(f'`{choice}`' for choice in choices)}")
        parts += [f"## {name}", inspect.cleandoc(setting.__doc__ or ""), "; ".join(facts) + "."]
        if isinstance(setting.default, dict):
            parts.append(
                _table(("Scope", "Rate"), [map(_code, row) for row in setting.default.items()])
            )
        if isinstance(setting, BackendSetting):
            parts.append(
                f'Written `{NAME}["{name}"] = {{"BACKEND": "dotted.path", "OPTIONS": {{}}}}`.'
            )
    return "\n\n".join(parts)


def _shown(value: Any) -> str:
    if isinstance(value, BackendSpec):
        return f"`{value.path}`"
    if isinstance(value, dict):
        return "the rates below"
    return "empty" if value == "" else f"`{value!r}`"


def commands() -> str:
    """Every management command: what it says of itself, and what it takes."""
    found = resources.files("wargame_mentorship.management.commands")
    names = sorted(
        entry.name.removesuffix(".py")
        for entry in found.iterdir()
        if entry.name.endswith(".py") and not entry.name.startswith("_")
    )
    return "\n\n".join(_command(name) for name in names)


def _command(name: str) -> str:
    command = load_command_class("wargame_mentorship", name)
    parser = argparse.ArgumentParser(prog=name, add_help=False)
    command.add_arguments(parser)
    rows = [(_code(_spelled(action)), _escape(action.help or "")) for action in parser._actions]
    parts = [f"## {name}", _escape(command.help)]
    if rows:
        parts.append(_table(("Argument", "Meaning"), rows))
    return "\n\n".join(parts)


def _spelled(action: argparse.Action) -> str:
    name = action.option_strings[-1] if action.option_strings else action.dest
    if not action.option_strings or action.nargs == 0:
        return name
    value = action.metavar or ("|".join(action.choices) if action.choices else action.dest.upper())
    return f"{name} {value}"


def machines() -> list[StateMachine[Any]]:
    return [
        value
        for room in ROOMS
        for value in vars(import_module(f"wargame_mentorship.{room}.transitions")).values()
        if isinstance(value, StateMachine)
    ]


def states() -> str:
    """Every state machine: its picture and its table."""
    return "\n\n".join(_machine(machine) for machine in machines())


def _machine(machine: StateMachine[Any]) -> str:
    moves = list(machine.moves.values())
    rows = [
        (
            _code(move.action),
            _codes(move.sources),
            _target(move),
            _by(move),
            _escape(move.guard_text),
            _fields(move.sets_text),
        )
        for move in moves
    ]
    return "\n\n".join(
        [
            f"## {machine.name}",
            f"States: {_codes(machine.states.values)}.",
            '```{raw} html\n<div class="wm-diagram">' + draw(machine) + "</div>\n```",
            _table(("Action", "From", "To", "Who", "Only if", "Sets"), rows),
        ]
    )


def _target(move: Move[Any]) -> str:
    if isinstance(move.target, Branch):
        names = "|".join(sorted(set(move.targets), key=len, reverse=True))
        return re.sub(rf"\b({names})\b", r"`\1`", _escape(move.target.text))
    return _code(move.target)


def _by(move: Move[Any]) -> str:
    return _escape(move.who_text) + (
        f"; the clock {_fields(move.by_clock)}" if move.by_clock else ""
    )


def _fields(text: str) -> str:
    """Set names of columns as code."""
    return re.sub(r"\b([a-z]+_[a-z_]+)\b", r"`\1`", _escape(text))


def _code(text: Any) -> str:
    return f"`{text}`"


def _codes(values: Iterable[Any]) -> str:
    return ", ".join(_code(str(value)) for value in values)


def _escape(text: Any) -> str:
    escaped = str(text).replace("|", "\\|").replace("[", "\\[").replace("<", "&lt;")
    # Options, which would end up with a dash.
    return re.sub(r"(?<![\w`-])(--[a-z][\w-]*)", r"`\1`", escaped)


def _table(head: Sequence[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


PARTS = {"settings": settings, "commands": commands, "states": states}
