"""A state machine as a picture: its states in a row, moves on above and moves back below."""

from __future__ import annotations

from html import escape
from typing import Any

from wargame_mentorship.core.transitions import StateMachine

WIDTH, HEIGHT = 128, 44
GAP = 96
STEP = 46
"""How much higher an arc is for each state that it passes."""

LINE = 16

BULGE = 0.75
"""How much of the way to its control points a curve goes."""


def draw(machine: StateMachine[Any]) -> str:
    """An SVG that takes the colour of the text around it."""
    names = [str(value) for value in machine.states.values]
    labels: dict[tuple[int, int], list[str]] = {}
    for move in machine.moves.values():
        for source in move.sources:
            for target in move.targets:
                key = (names.index(str(source)), names.index(str(target)))
                known = labels.setdefault(key, [])
                if move.action not in known:
                    known.append(move.action)

    longest = max(abs(end - start) for start, end in labels)
    deepest = max((start - end for start, end in labels if end < start), default=0)
    middle = _reach(longest) + 26 + HEIGHT / 2
    width = len(names) * WIDTH + (len(names) - 1) * GAP + 40
    height = middle + HEIGHT / 2 + (_reach(deepest) if deepest else 0) + 26
    parts = [
        f'<svg viewBox="0 0 {width} {height:g}" role="img" '
        f'aria-label="{escape(_told(names, labels))}">',
        '<defs><marker id="wm-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
        'markerHeight="8" orient="auto"><path d="M0 0 8 4 0 8z" fill="currentColor"/></marker>'
        "</defs>",
    ]
    drawn = [_arc(start, end, actions, middle) for (start, end), actions in sorted(labels.items())]
    # Names over lines, wherever they meet.
    parts += [arc for arc, _name in drawn] + [name for _arc, name in drawn]
    for index, name in enumerate(names):
        left = 20 + index * (WIDTH + GAP)
        parts.append(
            f'<rect x="{left}" y="{middle - HEIGHT / 2:g}" width="{WIDTH}" height="{HEIGHT}" '
            'rx="22" fill="currentColor" fill-opacity=".08" stroke="currentColor" '
            f'stroke-width="1.5"/><text x="{left + WIDTH / 2:g}" y="{middle + 5:g}" '
            'text-anchor="middle" font-size="15" font-weight="600" fill="currentColor">'
            f"{escape(name)}</text>"
        )
    return "".join([*parts, "</svg>"])


def _arc(start: int, end: int, actions: list[str], middle: float) -> tuple[str, str]:
    """Moves on leave at the right of a state's top, moves back at the left of its foot."""
    above = end >= start
    sign = -1 if above else 1
    edge = middle + sign * HEIGHT / 2
    if start == end:
        x = _centre(start) - 2
        path = f"M{x - 10} {edge:g}c-12 -34 32 -34 20 0"
        return _path(path), _label(x, edge - 30, actions)
    span = abs(end - start)
    # Arcs meet a state side by side, so that none crosses another of the same state.
    lean = sign * (14 * span - 48)
    x1, x2 = _centre(start) + lean, _centre(end) - lean
    bow = edge + sign * _reach(span) / BULGE
    path = f"M{x1} {edge:g}C{x1} {bow:g} {x2} {bow:g} {x2} {edge:g}"
    crown = edge + sign * _reach(span)
    return _path(path), _label((x1 + x2) / 2, crown - 6 if above else crown + LINE, actions)


def _reach(span: int) -> float:
    """How far an arc stands out from the row."""
    return BULGE * (STEP * span + 6)


def _centre(index: int) -> float:
    return 20 + index * (WIDTH + GAP) + WIDTH / 2


def _path(path: str) -> str:
    return (
        f'<path d="{path}" fill="none" stroke="currentColor" stroke-width="1.4" '
        'stroke-opacity=".75" marker-end="url(#wm-arrow)"/>'
    )


def _label(x: float, y: float, actions: list[str]) -> str:
    return (
        f'<text class="wm-move" x="{x:g}" y="{y:g}" text-anchor="middle" font-size="13" '
        'fill="currentColor">'
        f"{escape(', '.join(actions))}</text>"
    )


def _told(names: list[str], labels: dict[tuple[int, int], list[str]]) -> str:
    return "; ".join(
        f"{' or '.join(actions)} from {names[start]} to {names[end]}"
        for (start, end), actions in sorted(labels.items())
    )
