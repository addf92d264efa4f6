"""Goblin, orc and skeleton."""

from __future__ import annotations

from .geometry import ellipse
from .heroes import hand
from .palettes import Material as M
from .sculpt import Sculpt

# Outlines read as shapes, several points a line; a formatter would put one on each.
# fmt: off


def _claws(s: Sculpt, foot: float, y: float, material: M, *, size: float = 1.0) -> None:
    for dx in (-3.6, 0.0, 3.6):
        s.tube([(foot + dx * 0.6 * size, y - 2.6), (foot + dx * size, y)],
            (4 * size, 3.4 * size), material, lift=0.4)
        s.part([(foot + dx * size - 1.1 * size, y), (foot + dx * size + 1.1 * size, y),
                (foot + dx * size * 1.1, y + 2.6 * size)], M.BONE, smooth=False, lift=0.2)


def goblin() -> Sculpt:
    """A sneering goblin with a notched knife and a bad shield."""
    x: float
    y: float
    s = Sculpt(base_radius=28)
    s.tube([(-7, 70), (-15, 80), (-10, 94)], (11, 9, 6.4), M.GREENSKIN)
    s.tube([(7, 70), (16, 79), (12, 94)], (11, 9, 6.4), M.GREENSKIN)
    for foot in (-11, 13):
        s.part([(foot - 4, 91), (foot + 4, 91), (foot + 6, 97.4), (foot, 98.6),
            (foot - 6, 97.4)], M.GREENSKIN)
        _claws(s, foot, 98, M.GREENSKIN, size=0.9)
        s.part([(foot - 4.4, 88), (foot + 4.4, 87.4), (foot + 4.6, 91.4), (foot - 4.6, 92)],
            M.LEATHER)
    s.part([(-13, 66), (13, 66), (16, 78), (12, 84), (8, 80), (4, 88), (0, 82), (-5, 89),
        (-9, 81), (-14, 84),
            (-16, 76)], M.MAIN, roundness=2.6)
    s.groove([(-5, 72), (-6, 84)], 0.7)
    s.groove([(5, 72), (4.6, 84)], 0.7)
    s.part([(-14, 46), (0, 42), (14, 46), (16, 58), (13, 70), (-13, 70), (-16, 58)], M.LEATHER,
        roundness=5)
    for x in (-7, 0, 7):
        s.groove([(x, 50), (x * 1.1, 66)], 0.5)
    s.rivets([(-10, 52), (-3.4, 54), (3.4, 54), (10, 52), (-10, 61), (-3.4, 63), (3.4, 63),
        (10, 61)], 0.9)
    s.part([(-14, 65), (14, 65), (14.4, 70), (-14.4, 70)], M.DARK, roundness=1.2)
    s.part([(-4, 64), (4, 64), (4, 71), (-4, 71)], M.TRIM, roundness=1.2)
    # Knife arm.
    s.part([(-36, 10), (-29, 18), (-27, 30), (-28, 41), (-33, 41), (-34.4, 34), (-32.6, 31),
        (-35.2, 27),
            (-33.6, 23)], M.STEEL, smooth=False, roundness=1.3)
    s.groove([(-33, 18), (-30.4, 30), (-30.4, 40)], 0.5, depth=0.7)
    s.part([(-37, 40), (-24.6, 40), (-24.6, 43), (-37, 43)], M.TRIM, smooth=False)
    s.tube([(-30.8, 43), (-31, 54)], (3, 3), M.LEATHER)
    s.tube([(-13, 50), (-24, 58), (-29, 50)], (9, 7.4, 6.4), M.GREENSKIN)
    s.part([(-29, 56), (-23, 52.4), (-21, 56), (-26.4, 60.6)], M.LEATHER, lift=0.4)
    hand(s, -30.6, 48, M.GREENSKIN, size=4.2)
    s.ball((-14.6, 49), 7.6, 6.4, M.STEEL, turn=-24)
    s.rivets([(-18, 48), (-14, 45.6), (-13, 51)], 0.8)
    # Head: long ears first.
    for side in (-1, 1):
        s.part([(side * 12, 24), (side * 22, 14), (side * 37, 8), (side * 32, 19),
            (side * 24, 30), (side * 13, 34)],
               M.GREENSKIN, roundness=2.4)
        s.part([(side * 15, 26), (side * 23, 18), (side * 32, 12.4), (side * 28, 19),
            (side * 22, 27), (side * 15, 31)],
               M.SKIN, lift=0, tilt=-40)
    s.groove(ellipse(27, 23.4, 2, 2, count=14), 0.9, smooth=False)
    s.ridge(ellipse(28, 26, 2.1, 2.6, count=16), 0.8, smooth=False)
    s.part([(-15, 22), (-11, 12), (0, 8.6), (11, 12), (15, 22), (15, 33), (10, 42), (3, 49),
        (-3, 49), (-10, 42),
            (-15, 33)], M.GREENSKIN, roundness=6)
    s.part([(-11, 35), (-5, 38), (0, 38.6), (5, 38), (12.4, 33.4), (9, 41), (3, 45), (-4, 44.6)],
        M.MOUTH, lift=0,
           tilt=-50)
    for x, y, drop in ((-8.4, 37, 2.2), (-4.6, 38.4, 2.6), (0, 39, 2.2), (4.2, 38.4, 3),
        (8.2, 36.4, 2.4)):
        s.part([(x - 1.4, y - 0.6), (x + 1.4, y - 0.6), (x, y + drop)], M.BONE, smooth=False,
            lift=0.3)
    for x, y in ((-5.6, 43.2), (-1.6, 44.6), (2.8, 44.4), (6.6, 42)):
        s.part([(x - 1.2, y + 0.6), (x + 1.2, y + 0.6), (x, y - 2.6)], M.BONE, smooth=False,
            lift=0.2)
    s.groove([(-12.6, 33.4), (-11, 36), (-12, 39)], 0.6)
    s.groove([(13.6, 31.4), (12, 34.4), (13, 38)], 0.6)
    for side in (-1, 1):
        s.mark(ellipse(side * 6.4, 25.4, 4.2, 3, turn=side * 18), M.DARK, light=40)
        s.part(ellipse(side * 6.4, 25.8, 3.4, 2.3, side * 14), M.GLOW, smooth=False, lift=0,
            roundness=1)
        s.mark(ellipse(side * 5.8, 25.8, 0.8, 1.9, count=14), M.DARK, light=20)
        s.part([(side * 1.6, 24.6), (side * 6, 20), (side * 12.4, 19.4), (side * 11, 23),
            (side * 6, 23.6)],
               M.GREENSKIN, lift=0.8, tilt=16)
    s.part([(-2, 22), (2, 22), (3.4, 30), (5.6, 36), (0, 38.4), (-4.2, 35), (-3, 29)],
        M.GREENSKIN, lift=0.9, tilt=16)
    s.groove([(-2.4, 35.4), (-1.4, 36.8)], 0.7)
    s.groove([(3.6, 35.4), (2.6, 37)], 0.7)
    s.ball((2.8, 31), 0.9, 0.8, M.GREENSKIN, lift=0.3)
    s.groove([(-6, 14.4), (0, 16), (6, 14.4)], 0.6, depth=0.7)
    s.groove([(-4, 17.6), (0, 18.8), (4, 17.6)], 0.5, depth=0.7)
    # Shield of planks.
    s.tube([(14, 50), (22, 56)], (8.4, 7.4), M.GREENSKIN)
    s.part(ellipse(25, 62, 14, 15.4, count=26), M.STEEL, smooth=False, lift=1.5, roundness=1.4)
    s.part(ellipse(25, 62, 12, 13.4, count=26), M.WOOD, smooth=False, lift=0.2, roundness=2)
    for x in (19, 23.4, 28, 32):
        s.groove([(x, 50.4), (x + 0.4, 74)], 0.6)
    s.part([(16, 56), (25, 51.6), (34, 56), (31, 63), (28, 64), (28, 69), (22, 69), (22, 64),
        (19, 63)], M.MAIN,
           smooth=False, lift=0, roundness=1)
    s.mark(ellipse(21.4, 58.6, 2.4, 2, count=16), M.DARK, light=50)
    s.mark(ellipse(28.6, 58.6, 2.4, 2, count=16), M.DARK, light=50)
    for x in (23.6, 25, 26.4):
        s.groove([(x, 65), (x, 69)], 0.5)
    s.rivets([(13, 62), (37, 62), (25, 47.6), (25, 76.4), (17, 52), (33.4, 52), (17, 72),
        (33, 72)], 0.7)
    return s


def orc() -> Sculpt:
    """A heavy orc with a two-handed axe."""
    x: float
    y: float
    s = Sculpt(base_radius=36)
    for side, foot in ((-1, -16), (1, 17)):
        s.tube([(side * 9, 70), (side * 15, 82), (foot, 94)], (17, 15, 12), M.LEATHER)
        s.part([(foot - 7.6, 87), (foot + 7.6, 87), (foot + 8 + side, 98), (foot, 101),
            (foot - 8 + side, 98)], M.DARK)
        s.part([(foot - 7.6, 84), (foot + 7.6, 84), (foot + 7.6, 90), (foot - 7.6, 90)], M.STEEL,
            roundness=1.4)
        s.rivets([(foot - 4, 87), (foot + 4, 87)], 0.8)
        s.groove([(foot - 6, 95), (foot + side, 97), (foot + 6, 95)], 0.5)
    s.part([(-18, 66), (18, 66), (21, 80), (13, 84), (8, 78), (3, 90), (-3, 90), (-8, 79),
        (-14, 85), (-21, 78)], M.MAIN,
           roundness=3)
    s.groove([(-4, 74), (-3, 88)], 0.8)
    s.groove([(5, 74), (3.6, 86)], 0.8)
    s.part([(-24, 38), (-10, 30), (10, 30), (24, 38), (23, 54), (17, 70), (-17, 70), (-23, 54)],
        M.GREENSKIN, roundness=7)
    s.groove([(0, 42), (0.4, 54), (0, 66)], 0.8, depth=0.7)
    s.groove([(-17, 49), (-9, 54.4), (-1, 51)], 0.9, depth=0.7)
    s.groove([(17, 49), (9, 54.4), (1, 51)], 0.9, depth=0.7)
    for y in (58, 63):
        s.groove([(-8, y), (-3, y + 1.4), (0, y)], 0.6, depth=0.55)
        s.groove([(8, y), (3, y + 1.4), (0, y)], 0.6, depth=0.55)
    s.part([(-22, 36), (-17, 33), (19, 62), (17, 68)], M.LEATHER, smooth=False, roundness=1.4)
    s.rivets([(-12, 42.4), (-4, 48.6), (4, 54.8), (12, 61)], 0.9)
    s.part([(-18.4, 64), (18.4, 64), (18.8, 71), (-18.8, 71)], M.DARK, roundness=1.6)
    s.part([(-6.6, 61.6), (6.6, 61.6), (7, 69), (4, 74.4), (-4, 74.4), (-7, 69)], M.BONE,
        roundness=2)
    s.mark(ellipse(-3, 67, 1.7, 1.9, count=14), M.DARK, light=40)
    s.mark(ellipse(3, 67, 1.7, 1.9, count=14), M.DARK, light=40)
    for x in (-2, 0, 2):
        s.groove([(x, 71.4), (x, 74)], 0.5)
    # Axe behind the hands, held across the body.
    s.tube([(-37, 6), (-22, 44), (27, 74)][0:1] + [(-30, 22), (-14, 62), (-8, 80)],
        (3.4, 3.6, 3.6, 3.4), M.WOOD)
    s.part([(-33, 12), (-41, 2), (-50, 2), (-55, 12), (-55, 24), (-48, 33), (-40, 33),
        (-30, 26)], M.STEEL, smooth=True,
           roundness=2.6)
    s.groove([(-43, 5.6), (-47, 17), (-42, 29.6)], 0.8)
    s.part([(-32, 10), (-26, 4), (-19, 0), (-20.4, 9), (-24, 17), (-27, 21)], M.STEEL,
        roundness=1.8)
    s.part([(-38.6, 9), (-28, 7), (-22.6, 22), (-32.4, 27)], M.TRIM, smooth=False, roundness=1.6)
    s.rivets([(-33.6, 12.4), (-29, 20.4)], 0.9)
    # Arms.
    s.tube([(-21, 42), (-32, 52)], (15, 12.4), M.GREENSKIN)
    s.tube([(-32, 52), (-27, 40)], (12.6, 11), M.GREENSKIN, lift=0.4)
    s.groove([(-31, 45), (-33, 51), (-30, 56)], 0.7, depth=0.6)
    s.tube([(-30, 48), (-27, 40)], (12.4, 11.6), M.LEATHER, lift=0.5)
    s.groove([(-35, 46), (-24, 44)], 0.6)
    hand(s, -25, 34.6, M.GREENSKIN, size=6)
    s.tube([(22, 42), (29.4, 57)], (15, 12.6), M.GREENSKIN)
    s.tube([(29.4, 57.4), (14, 66)], (12.6, 11), M.GREENSKIN, lift=0.4)
    s.groove([(27, 49), (31, 55), (27, 61)], 0.7, depth=0.6)
    s.tube([(22, 62.6), (11, 66.6)], (12.6, 11.4), M.LEATHER, lift=0.5)
    s.groove([(18, 58), (20, 69)], 0.6)
    s.tube([(2, 66), (-9, 66)], (8, 9), M.GREENSKIN, lift=0.4)
    hand(s, -9.4, 66, M.GREENSKIN, size=6)
    # Shoulders.
    s.ball((23, 37), 11, 9, M.GREENSKIN, turn=24)
    s.part([(-34, 40), (-33, 28), (-24, 22), (-14, 26), (-10, 36), (-18, 42), (-27, 44)], M.MAIN,
        roundness=4)
    s.ridge([(-33.6, 39), (-26, 42.4), (-18, 40.4), (-11, 35.4)], 1.4)
    for x, y, dx, dy in ((-31, 29, -5, -7), (-24, 24, -2.4, -9), (-17, 26, 2, -8)):
        s.part([(x - 2.6, y + 1), (x + 2.6, y), (x + dx, y + dy)], M.BONE, smooth=False,
            roundness=1.2)
    s.rivets([(-29, 36), (-22, 35), (-16, 33)], 0.9)
    # Head.
    for side in (-1, 1):
        s.part([(side * 10, 18), (side * 17, 13), (side * 22, 15), (side * 18, 22),
            (side * 11, 25)], M.GREENSKIN)
    s.part([(-11.6, 14), (-7, 6.4), (0, 4.6), (7, 6.4), (11.6, 14), (12.4, 24), (13.6, 32),
        (9, 40), (0, 42.4), (-9, 40),
            (-13.6, 32), (-12.4, 24)], M.GREENSKIN, roundness=5)
    s.part([(-4, 8), (-3, -4), (3, -9), (12, -8), (18, -1), (12, -2.4), (8, 1), (5, 8)], M.DARK,
        roundness=1.8)
    s.groove([(0, 6), (2, -2), (8, -6)], 0.6)
    s.part([(-13, 32), (-6, 30.6), (0, 31.6), (6, 30.6), (13, 32), (9.6, 40.6), (0, 43.4),
        (-9.6, 40.6)], M.GREENSKIN,
           lift=0.6, roundness=3)
    s.part([(-8.6, 31.4), (0, 32.6), (8.6, 31.4), (6.6, 35.4), (0, 36.4), (-6.6, 35.4)], M.MOUTH,
        lift=0, tilt=-60)
    for x in (-3.4, -1.1, 1.2, 3.5):
        s.part([(x - 1, 36), (x + 1, 36), (x + 0.8, 33.8), (x - 0.8, 33.8)], M.BONE,
            smooth=False, lift=0.1)
    for side in (-1, 1):
        s.part([(side * 5, 37), (side * 8.8, 36), (side * 9, 30), (side * 7.6, 25.4),
            (side * 6, 31)], M.BONE, lift=0.7)
        s.mark(ellipse(side * 5.2, 20.6, 3.2, 1.9, turn=side * 14), M.DARK, light=30)
        s.part(ellipse(side * 5.2, 20.9, 2.3, 1.25, side * 12), M.GLOW, smooth=False, lift=0,
            roundness=0.7)
        s.mark(ellipse(side * 4.8, 20.9, 0.7, 1.1, count=10), M.DARK, light=20)
        s.part([(side * 0.6, 19.8), (side * 5, 16.4), (side * 12, 15), (side * 11, 19.4),
            (side * 5.4, 19.6)], M.GREENSKIN,
               lift=0.9, tilt=14)
    s.part([(-2.2, 19), (2.2, 19), (4.6, 26.6), (0, 28.8), (-4.6, 26.6)], M.GREENSKIN, lift=0.7,
        tilt=12)
    s.groove([(-2.6, 26.4), (-1.2, 27.8)], 0.8)
    s.groove([(2.6, 26.4), (1.2, 27.8)], 0.8)
    s.groove([(6, 9), (9.6, 15), (8, 24.6)], 0.6, depth=0.9)
    s.ridge(ellipse(0, 29.6, 1.7, 1.6, count=14), 0.8, smooth=False)
    return s


def _bone(s: Sculpt, start: tuple[float, float], end: tuple[float, float], width: float) -> None:
    s.tube([start, end], (width, width * 0.8), M.BONE, lift=0.6)
    for x, y in (start, end):
        s.ball((x - width * 0.25, y), width * 0.72, width * 0.66, M.BONE, lift=0.3)
        s.ball((x + width * 0.3, y + 0.2), width * 0.66, width * 0.62, M.BONE, lift=0.2)


def skeleton() -> Sculpt:
    """A skeleton warrior in the rags of a uniform."""
    x: float
    y: float
    s = Sculpt(base_radius=28)
    s.part([(-11, 34), (0, 32), (13, 34), (19, 52), (21, 70), (24, 84), (19, 80), (17, 90),
        (12, 82), (7, 92), (3, 80),
            (-3, 84), (-10, 74), (-12, 52)], M.MAIN, roundness=3.4, tilt=-46)
    for x0, x1 in ((6, 10), (12, 17), (0, 2)):
        s.groove([(x0, 46), ((x0 + x1) / 2, 64), (x1, 82)], 0.8, depth=0.8)
    for side, hip, knee, foot in ((-1, -5.4, -9.6, -11), (1, 5.4, 9, 13)):
        _bone(s, (hip, 63), (knee, 77), 3.6)
        _bone(s, (knee, 78.6), (foot, 94), 3.2)
        s.tube([(knee + side * 2, 80), (foot + side * 2.2, 93)], (1.3, 1.2), M.BONE, lift=0.3)
        s.ball((knee, 77.6), 3, 2.8, M.BONE)
        for dx in (-2.6, 0, 2.6):
            s.tube([(foot, 95), (foot + dx + side * 1.4, 98.6)], (2.4, 1.8), M.BONE, lift=0.3)
    # Pelvis, spine, ribs.
    s.tube([(0, 36), (0.6, 48), (0, 60)], (4, 3.4, 4), M.BONE)
    for y in (50.6, 53.4, 56.2, 59):
        s.ball((0.2, y), 3, 1.2, M.BONE, lift=0.4)
    s.part([(-9.6, 57), (-4, 59.6), (0, 58.6), (4, 59.6), (9.6, 57), (10.4, 63), (5.6, 68),
        (2, 65), (0, 68), (-2, 65),
            (-5.6, 68), (-10.4, 63)], M.BONE, roundness=2)
    s.mark(ellipse(-5, 63.2, 1.9, 1.7, count=14), M.DARK, light=30)
    s.mark(ellipse(5, 63.2, 1.9, 1.7, count=14), M.DARK, light=30)
    for index, (y, half) in enumerate(((36.6, 9.6), (40.2, 11), (43.8, 11.4), (47.4, 10.4),
        (50.6, 8.4))):
        for side in (-1, 1):
            dip = 3.2 + index * 0.35
            s.tube([(side * 0.8, y), (side * half * 0.7, y - 0.8), (side * half, y + dip * 0.5),
                    (side * half * 0.62, y + dip), (side * 1.6, y + dip - 0.6)],
                        (1.7, 2, 2, 1.8, 1.4), M.BONE,
                   lift=0.7)
    s.part([(-1.7, 38), (1.7, 38), (1.4, 51), (0, 53), (-1.4, 51)], M.BONE, lift=0.5)
    s.part([(-10.6, 62), (10.6, 62), (11, 66), (-11, 66)], M.LEATHER, roundness=1)
    s.part([(-4, 64), (4, 64), (5.4, 76), (3, 84), (0.8, 79), (-2, 86), (-5, 77)], M.MAIN,
        roundness=1.6)
    s.groove([(-1, 68), (-1.4, 80)], 0.6)
    s.ball((0, 64.4), 2.8, 2.6, M.TRIM)
    # Sword arm, raised.
    blade = [(-33.4, -9), (-30.6, -3), (-29, 24), (-33, 24), (-34, 14), (-33.2, 11), (-34.6, 7),
        (-34.8, -2)]
    s.part(blade, M.STEEL, smooth=False, roundness=1.1)
    s.groove([(-32.4, -3), (-31.2, 22)], 0.6, smooth=False, depth=0.8)
    s.part([(-37.4, 23.6), (-24.6, 23.6), (-25.6, 26.6), (-36.4, 26.6)], M.TRIM, smooth=False)
    s.tube([(-31, 26), (-30.4, 36)], (2.4, 2.4), M.LEATHER)
    s.ball((-30.4, 37.2), 1.8, 1.8, M.TRIM)
    _bone(s, (-11.6, 37.4), (-22.4, 47), 3.2)
    _bone(s, (-23.4, 47), (-29.4, 33.6), 2.8)
    s.tube([(-21.6, 44.6), (-27.4, 32.4)], (1.2, 1.2), M.BONE, lift=0.3)
    for dy in (-2.4, -0.3, 1.8):
        s.tube([(-33, 30.6 + dy), (-28, 31 + dy)], (1.9, 1.9), M.BONE, lift=0.5)
    s.part([(-19, 38), (-16, 32), (-9, 31.4), (-7, 36), (-10, 40.6), (-16, 42)], M.STEEL,
        roundness=2.4)
    s.groove([(-17.6, 38.4), (-12, 37.4), (-8, 38)], 0.5)
    s.rivets([(-14, 34.6), (-10.6, 34)], 0.7)
    # Shield arm and shield.
    _bone(s, (11.6, 37.4), (19, 48), 3.2)
    s.part(ellipse(23.4, 55, 13.4, 14, count=30), M.TRIM, smooth=False, lift=1.5, roundness=1.4)
    s.part(ellipse(23.4, 55, 11.2, 11.8, count=30), M.MAIN, smooth=False, lift=0.2, roundness=2.6)
    s.mark([(12.4, 52.6), (34.4, 52.6), (34.4, 57.6), (12.4, 57.6)], M.SECOND)
    s.mark([(21, 43.4), (26, 43.4), (26, 66.6), (21, 66.6)], M.SECOND)
    s.ball((23.4, 55), 4.6, 4.6, M.STEEL)
    s.groove([(30, 45), (27, 49), (28.4, 51)], 0.6, smooth=False)
    s.groove([(14, 61), (17, 59), (18, 62)], 0.6, smooth=False)
    s.rivets([(23.4, 42.2), (23.4, 67.8), (11.4, 55), (35.6, 55)], 0.7)
    # Skull in an open helm.
    s.tube([(0, 30), (0, 36)], (3.6, 4), M.BONE)
    s.part([(-9.4, 15), (-6, 7.6), (0, 5.4), (6, 7.6), (9.4, 15), (8.8, 21.6), (5.6, 25),
        (5, 31.4), (0, 33), (-5, 31.4),
            (-5.6, 25), (-8.8, 21.6)], M.BONE, roundness=3.4)
    for side in (-1, 1):
        s.mark(ellipse(side * 4.1, 18.6, 2.9, 2.8, count=20), M.DARK, light=26)
        s.mark(ellipse(side * 4, 18.9, 1.0, 1.0, count=14), M.GLOW, light=190)
        s.ridge([(side * 1.6, 15.8), (side * 4.6, 15), (side * 7.2, 17)], 0.8, strength=0.7)
        s.groove([(side * 8.4, 21.6), (side * 6, 24), (side * 5.4, 27)], 0.6)
    s.mark([(-1.5, 25), (0, 21.2), (1.5, 25), (0, 24.2)], M.DARK, light=30)
    s.groove([(-4.8, 28), (0, 28.6), (4.8, 28)], 0.7)
    for x in (-3.6, -2.2, -0.7, 0.8, 2.3, 3.7):
        s.groove([(x, 26.4), (x, 30.4)], 0.32, depth=0.9)
    s.part([(-11, 17), (-10, 6.6), (-5, 0.4), (0, -1.4), (5, 0.4), (10, 6.6), (11, 17),
        (8.6, 14.4), (5, 12.6), (0, 12),
            (-5, 12.6), (-8.6, 14.4)], M.STEEL, roundness=3.6)
    s.part([(-11.4, 14), (-5, 10), (0, 9.2), (5, 10), (11.4, 14), (11.4, 17.4), (5, 13.2),
        (0, 12.4), (-5, 13.2),
            (-11.4, 17.4)], M.TRIM, roundness=0.9, lift=0.6)
    s.part([(-1.6, 0), (0, -8), (1.6, 0)], M.TRIM, smooth=False)
    s.groove([(3, 1.6), (5, 5), (3.6, 8.4)], 0.5, smooth=False)
    return s
