"""The dragon."""

from __future__ import annotations

from .geometry import ellipse
from .palettes import Material as M
from .sculpt import Sculpt

# Outlines read as shapes, several points a line; a formatter would put one on each.
# fmt: off


def _wing(s: Sculpt, *, far: bool) -> None:
    tilt = -34 if far else 0
    if far:
        shoulder, wrist = (4.0, 46.0), (-8.0, 2.0)
        tips = [(-44.0, 0.0), (-42.0, 20.0), (-30.0, 34.0), (-14.0, 44.0)]
    else:
        shoulder, wrist = (14.0, 50.0), (22.0, -8.0)
        tips = [(58.0, 6.0), (57.0, 30.0), (49.0, 48.0), (34.0, 58.0)]
    crest = ((wrist[0] + tips[0][0]) / 2, (wrist[1] + tips[0][1]) / 2 - 1.4)
    outline = [shoulder, wrist, crest, tips[0]]
    for first, second in zip(tips, tips[1:], strict=False):
        middle = ((first[0] + second[0]) / 2, (first[1] + second[1]) / 2)
        inward = (middle[0] + (wrist[0] - middle[0]) * 0.24,
            middle[1] + (wrist[1] - middle[1]) * 0.24)
        outline += [inward, second]
    s.part(outline, M.SECOND, smooth=False, roundness=3.4, tilt=tilt)
    for index, tip in enumerate(tips):
        bend = ((wrist[0] + tip[0]) / 2 + (1 - index) * 0.7, (wrist[1] + tip[1]) / 2 - 1.6)
        s.tube([wrist, bend, tip], (3, 2, 0.9), M.MAIN, lift=0.5, tilt=tilt)
        for share in (0.42, 0.62, 0.8):
            if index + 1 < len(tips):
                after = tips[index + 1]
                a = (wrist[0] + (tip[0] - wrist[0]) * share,
                    wrist[1] + (tip[1] - wrist[1]) * share)
                b = (wrist[0] + (after[0] - wrist[0]) * share,
                    wrist[1] + (after[1] - wrist[1]) * share)
                middle = ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2 - 1.6)
                s.groove([a, middle, b], 0.36, depth=0.42)
    s.tube([shoulder, ((shoulder[0] + wrist[0]) / 2 + 3, (shoulder[1] + wrist[1]) / 2), wrist],
        (7, 5, 4), M.MAIN, tilt=tilt)
    s.part([(wrist[0] - 2, wrist[1] + 1), (wrist[0] - 1, wrist[1] - 7), (wrist[0] + 2,
        wrist[1] + 1)], M.BONE, smooth=False)


def _foot(s: Sculpt, x: float, y: float) -> None:
    for dx in (-5.0, -1.6, 1.8):
        s.tube([(x, y - 2), (x + dx, y + 1)], (4.2, 3.4), M.MAIN, lift=0.5)
        s.part([(x + dx - 1.4, y), (x + dx + 1.2, y), (x + dx - 1.4, y + 3.6)], M.BONE,
            smooth=False, lift=0.3)


def dragon() -> Sculpt:
    """A dragon on a rock, wings raised, looking left."""
    x: float
    y: float
    dx: float
    dy: float
    s = Sculpt(base_radius=38)
    _wing(s, far=True)
    # Rock.
    s.part([(-26, 99), (-22, 88), (-12, 83), (2, 84), (14, 80), (26, 86), (31, 96), (24, 101),
        (0, 103), (-20, 102)], M.STONE,
           smooth=False, roundness=3.4)
    for path in ([(-20, 90), (-12, 92), (-8, 100)], [(2, 85), (6, 93), (2, 101)], [(16, 82),
        (20, 90), (27, 92)]):
        s.groove(path, 0.7, smooth=False)
    # Tail sweeps round to the right and front.
    s.tube([(20, 74), (36, 80), (42, 90), (32, 99), (14, 101), (-4, 99.6), (-16, 101),
        (-30, 96)], (17, 13, 10, 8, 6.4, 5, 3.4, 1.4),
           M.MAIN)
    s.part([(-28, 97), (-36, 99), (-42, 92), (-36, 92), (-33, 86), (-28, 92)], M.MAIN,
        roundness=1.6)
    for x, y, dx, dy in ((33, 74, 3, -6), (40.6, 80, 5, -4), (45, 88, 6, -1)):
        s.part([(x - 2.4, y + 1.6), (x + 1.6, y + 3.4), (x + dx, y + dy)], M.TRIM, smooth=False,
            lift=0.4)
    # Far legs.
    s.tube([(-8, 70), (-14, 80), (-15, 88)], (9, 7, 6), M.MAIN, tilt=-40)
    _foot(s, -16, 88)
    # Body.
    s.part([(-16, 50), (-6, 42), (8, 44), (22, 52), (30, 66), (29, 78), (20, 86), (6, 86),
        (-6, 81), (-14, 70), (-18, 60)], M.MAIN,
           roundness=8)
    s.part([(-17, 52), (-10, 56), (-5, 66), (2, 77), (10, 84), (2, 86), (-7, 81.6), (-14.6, 70),
        (-18, 60)], M.BONE, roundness=2.6,
           lift=0.2)
    for x0, y0, x1, y1 in ((-18, 57, -9.6, 55.6), (-17.4, 62, -7, 61), (-15.4, 67, -4.4, 66),
        (-12.6, 72, -1, 71.4),
                           (-9, 77, 3, 76.6), (-4, 82, 7.4, 81)):
        s.groove([(x0, y0), ((x0 + x1) / 2, y0 + 1.6), (x1, y1)], 0.6)
    # Neck: an S up to the head, with throat plates on its left side.
    neck = [(-6, 54), (-18, 44), (-20, 32), (-13, 22), (-14, 13)]
    s.tube(neck, (22, 16, 12.6, 11, 11), M.MAIN, lift=0.4)
    s.tube([(-14, 58), (-23.4, 46), (-25, 33), (-18.4, 22.4), (-18.4, 16)], (8, 6, 4.6, 3.8, 3),
        M.BONE, lift=0.2)
    for x0, y0, x1, y1 in ((-27, 46, -19, 44), (-27.6, 40, -20.6, 39), (-27.6, 34, -21.4, 34),
        (-25.4, 28, -19.6, 30),
                           (-21.6, 24, -17, 26), (-24, 52, -15, 49)):
        s.groove([(x0, y0), (x1, y1)], 0.6)
    for x, y, dx, dy in ((-7.6, 20, 7, -3), (-9, 27.4, 7, -2), (-13, 34, 7.6, -2),
        (-10.4, 41, 8, -3.4), (0, 45, 5, -6.6),
                         (9, 46.6, 5, -6.4)):
        s.part([(x - 1.6, y - 2.4), (x - 0.6, y + 3), (x + dx, y + dy)], M.TRIM, smooth=False,
            lift=0.5)
    for row in range(6):
        for column in range(7):
            x, y = 2 + column * 4.2 + (row % 2) * 2.1 - row * 0.6, 53 + row * 4.6 + column * 0.9
            if (x - 12) ** 2 / 190 + (y - 65) ** 2 / 170 < 1:
                s.groove([(x - 1.7, y), (x, y + 1.9), (x + 1.7, y)], 0.42, depth=0.6)
    for x, y in ((-12, 47), (-8, 50), (-15, 41), (-11, 43), (-17, 36), (-13.6, 37), (-15.6, 31),
        (-13, 26), (-10, 23)):
        s.groove([(x - 1.6, y), (x, y + 1.7), (x + 1.6, y)], 0.42, depth=0.6)
    # Near legs.
    s.part([(12, 62), (22, 60), (28, 68), (25, 80), (17, 84), (11, 76)], M.MAIN, roundness=4.4)
    s.tube([(20, 78), (13, 86), (15, 93)], (9, 7, 6), M.MAIN)
    _foot(s, 13, 94.4)
    s.tube([(-4, 60), (-2, 74), (-5, 86)], (12, 8.6, 6.4), M.MAIN)
    _foot(s, -6.6, 87.4)
    _wing(s, far=False)
    # Head.
    for dx, dy in ((15, -9), (17.4, -2)):
        s.part([(-12, 6 - dy * 0.1), (-8, 11), (dx * 0.4, 5 + dy * 0.5), (dx * 0.85, dy - 1),
            (dx * 0.3, 2 + dy * 0.4)], M.BONE,
               roundness=1.4)
    s.part([(-10, 16), (-2, 17), (2, 22), (-6, 22), (-11, 22)], M.SECOND, roundness=1.2)
    s.part([(-17, 20), (-26, 22.4), (-36, 24.6), (-39, 22.6), (-30, 18.6), (-18, 14.6)], M.MAIN,
        roundness=1.8, tilt=-16)
    s.part([(-18, 15), (-38, 16.6), (-37, 22), (-20, 20)], M.MOUTH, smooth=False, lift=0,
        tilt=-40)
    for x in (-35.4, -31, -27, -23.4):
        s.part([(x - 1, 22.6), (x + 1, 21.8), (x - 0.2, 18.8)], M.WHITE, smooth=False, lift=0.2)
    s.part([(-7, 8), (-14, 4), (-22, 5), (-30, 9), (-38, 10.6), (-42, 14), (-40, 17.4),
        (-30, 17), (-22, 17.6), (-16, 22), (-9, 22),
            (-5, 15)], M.MAIN, roundness=3.4)
    for x in (-38.4, -34, -30, -26):
        s.part([(x - 1.1, 16.6), (x + 1.1, 16.6), (x - 0.2, 20.4)], M.WHITE, smooth=False,
            lift=0.3)
    s.mark(ellipse(-39, 12.6, 1.0, 0.7, count=10), M.DARK, light=30)
    s.mark(ellipse(-21.4, 10.4, 2.9, 1.9, turn=-12), M.DARK, light=36)
    s.part(ellipse(-21.6, 10.6, 2.1, 1.3, -12), M.GLOW, smooth=False, lift=0, roundness=0.7)
    s.mark(ellipse(-21.8, 10.6, 0.5, 1.2, count=10), M.DARK, light=20)
    s.part([(-28, 8.8), (-22, 6), (-15, 5.6), (-16, 8), (-22, 8.6)], M.MAIN, lift=0.7, tilt=16)
    s.groove([(-30, 13), (-24, 13.8), (-17, 17)], 0.5, depth=0.7)
    s.groove([(-37, 13.8), (-33, 13)], 0.5, depth=0.7)
    for x, y in ((-12, 10), (-9.6, 13), (-13, 14.4), (-11, 18)):
        s.groove([(x - 1.4, y), (x, y + 1.5), (x + 1.4, y)], 0.4, depth=0.6)
    return s
