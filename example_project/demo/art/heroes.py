"""Knight, ranger, wizard and dwarf."""

from __future__ import annotations

from .geometry import ellipse, star
from .palettes import Material as M
from .sculpt import Sculpt

# Outlines read as shapes, several points a line; a formatter would put one on each.
# fmt: off


def greave(s: Sculpt, hip: float, knee: float, foot: float, material: M = M.STEEL) -> None:
    """An armoured leg from the hip down to the sabaton."""
    s.tube([(hip, 64), (knee, 76)], (11, 10), M.DARK)
    s.tube([(knee, 77), ((knee + foot) / 2, 86), (foot, 95)], (10, 9.6, 7.4), material)
    out = 1 if foot > 0 else -1
    s.part(
        [(foot - 4, 92), (foot + 3.6, 92), (foot + 4 + 2 * out, 98), (foot + out, 100.6),
         (foot - 4 + 2 * out, 98.4)],
        material,
    )
    s.groove([(foot - 3.6 + out, 95.6), (foot + out, 97), (foot + 4 + out, 95.6)], 0.4)
    s.groove([(foot - 4 + 2 * out, 97.6), (foot + out, 99), (foot + 5 * out, 97.6)], 0.4)
    s.ball((knee, 76.5), 5.3, 5, material)
    s.groove([(knee - 4.6, 75.4), (knee, 77.6), (knee + 4.6, 75.4)], 0.4)
    s.ball((knee, 75.3), 1.2, 1.2, M.TRIM)


def hand(s: Sculpt, x: float, y: float, material: M, *, size: float = 4.2) -> None:
    """A fist, with the gaps between its fingers."""
    s.ball((x, y), size, size * 0.9, material)
    for step in (-0.45, 0.0, 0.45):
        s.groove([(x - size * 0.7, y + size * step), (x + size * 0.4, y + size * (step + 0.08))],
            0.35)


def knight() -> Sculpt:
    """A knight with raised sword and a heater shield."""
    s = Sculpt(base_radius=32)
    s.part(
        [(-13, 32), (0, 29), (13, 32), (22, 54), (28, 76), (27, 91), (17, 88), (8, 93), (-4, 88),
         (-14, 94), (-25, 89), (-26, 74), (-20, 52)],
        M.MAIN, roundness=4, tilt=-30,
    )
    for x0, x1 in ((-12, -19), (-6, -8), (7, 12), (13, 23)):
        s.groove([(x0, 44), ((x0 + x1) / 2, 66), (x1, 90)], 0.9, depth=0.8)
    greave(s, -6.5, -9.5, -11)
    greave(s, 6.5, 10, 12.5)
    s.part([(-12, 56), (12, 56), (16, 68), (11, 72), (-11, 72), (-16, 68)], M.STEEL)
    s.part(
        [(-8.5, 56), (8.5, 56), (9.6, 70), (10.5, 83), (4, 85.5), (0, 84), (-5, 86), (-10.5, 82),
         (-9.6, 70)],
        M.MAIN, roundness=2.4,
    )
    s.ridge([(-10.2, 80.6), (-5, 84.2), (0, 82.4), (4, 84), (10.2, 81.4)], 1.1)
    s.mark([(-1.1, 62), (1.1, 62), (1.1, 68), (5, 68), (5, 70.2), (1.1, 70.2), (1.1, 79),
        (-1.1, 79),
            (-1.1, 70.2), (-5, 70.2), (-5, 68), (-1.1, 68)], M.SECOND)
    s.groove([(-6, 62), (-7, 72), (-6.4, 82)], 0.5, depth=0.6)
    s.groove([(6, 61), (7.4, 72), (7, 83)], 0.5, depth=0.6)
    s.part([(-15, 34), (-6, 30), (6, 30), (15, 34), (14.5, 46), (10, 57), (-10, 57), (-14.5, 46)],
           M.STEEL, roundness=4.6)
    s.groove([(0, 33), (0.6, 45), (0, 55)], 0.4)
    s.groove([(-12.6, 47), (-6, 51.4), (0, 52), (6, 51.4), (12.6, 47)], 0.45)
    s.part([(-10.8, 54.5), (10.8, 54.5), (11.4, 59), (-11.4, 59)], M.LEATHER, smooth=False)
    s.ball((0, 56.8), 3, 2.6, M.TRIM)
    # Sword arm.
    s.part([(-29.4, -6), (-27.2, -12), (-25, -6.2), (-25.2, 27), (-30.2, 27)], M.STEEL,
        smooth=False,
           roundness=1.0)
    s.groove([(-27.3, -4), (-27.6, 24)], 0.7, smooth=False, depth=0.8)
    s.tube([(-16, 38), (-24, 48)], (10, 9), M.STEEL)
    s.ball((-24.6, 48.6), 5, 4.6, M.STEEL)
    s.tube([(-25.2, 47), (-27.6, 37)], (8.6, 8.2), M.STEEL)
    s.groove([(-29.6, 42), (-26, 43.4), (-22.6, 42.4)], 0.4)
    s.part([(-35.4, 26.6), (-27.8, 25.2), (-20, 26.6), (-20, 28.8), (-35.4, 28.8)], M.TRIM,
        smooth=False)
    s.tube([(-27.8, 28), (-28, 40)], (2.6, 2.4), M.LEATHER)
    s.ball((-28, 41.4), 2, 2, M.TRIM)
    hand(s, -27.8, 33.4, M.STEEL, size=4.4)
    # Pauldrons.
    for side in (-1, 1):
        s.ball((side * 16, 40.5), 8, 6, M.STEEL, turn=side * 24)
        s.ball((side * 15.4, 36), 8.6, 6.8, M.MAIN, turn=side * 24)
        s.groove([(side * 8.4, 38.4), (side * 15, 42.2), (side * 22.6, 39.4)], 0.5)
        s.ridge([(side * 8, 36.6), (side * 14.6, 40.4), (side * 22.6, 37.8)], 0.9)
    # Plume, then helm.
    s.part([(-1, 10), (2, 2), (10, -3), (20, 0), (26, 9), (25, 20), (20, 26), (20.4, 17),
        (15, 11),
            (9, 10), (5, 14)], M.MAIN, roundness=2.6)
    for dy in (0.0, 3.0, 6.0):
        s.groove([(5, 7 + dy * 0.8), (13, 3.4 + dy), (20, 8 + dy * 1.2), (22.4, 17 + dy * 0.8)],
            0.5)
    s.part([(-8.6, 13), (-5, 8), (0, 6.8), (5, 8), (8.6, 13), (9, 24), (5.4, 31.6), (0, 33.6),
            (-5.4, 31.6), (-9, 24)], M.STEEL, roundness=3.2)
    s.part([(-9, 17), (-1.4, 19), (-1.4, 21.8), (-9, 20.2)], M.DARK, smooth=False, lift=0,
        tilt=-90)
    s.part([(9, 17), (1.4, 19), (1.4, 21.8), (9, 20.2)], M.DARK, smooth=False, lift=0, tilt=-90)
    s.part([(-1.3, 8), (1.3, 8), (1.5, 17.6), (7.6, 15.4), (8.2, 17.2), (1.5, 20.2), (1, 33),
        (-1, 33),
            (-1.5, 20.2), (-8.2, 17.2), (-7.6, 15.4), (-1.5, 17.6)], M.TRIM, smooth=False,
                lift=0.3)
    for x, y in ((-4.6, 24), (-3.2, 26.4), (-5.2, 27.2), (4.6, 24), (3.2, 26.4), (5.2, 27.2)):
        s.mark(ellipse(x, y, 0.5, 0.6, count=10), M.DARK, light=30)
    # Shield.
    rim = [(9, 41), (20, 38.4), (32, 41), (31.6, 56), (28, 68), (20.4, 76), (13, 68), (9.4, 56)]
    s.part(rim, M.TRIM, roundness=1.4, lift=1.6)
    field = [(11, 43.2), (20, 40.8), (30, 43.2), (29.6, 55.6), (26.4, 66.6), (20.4, 73),
        (14.8, 66.6),
             (11.4, 55.6)]
    s.part(field, M.MAIN, roundness=3.4, lift=0.2)
    s.mark([(20.4, 41), (24, 41.4), (29.6, 43.2), (29.4, 55), (20.4, 55)], M.SECOND)
    s.mark([(11.6, 55), (20.4, 55), (20.4, 72.4), (15.4, 66.4), (12.4, 60)], M.SECOND)
    s.mark(star(15.8, 48.6, 3.3, 1.4, 5), M.SECOND)
    s.mark(star(24.6, 60.6, 3.3, 1.4, 5), M.TRIM)
    s.rivets([(10.2, 47), (31, 47), (12.2, 63), (29, 63)], 0.55)
    return s


def ranger() -> Sculpt:
    """A hooded ranger drawing a longbow."""
    s = Sculpt(base_radius=30)
    s.part([(-12, 28), (2, 25), (14, 30), (19, 48), (24, 70), (27, 88), (19, 85), (13, 91),
        (4, 86),
            (-5, 90), (-13, 84), (-16, 60)], M.MAIN, roundness=4, tilt=-34)
    for x0, x1 in ((8, 18), (2, 8), (14, 24)):
        s.groove([(x0, 46), ((x0 + x1) / 2, 66), (x1, 88)], 0.9, depth=0.8)
    s.tube([(14, 34), (19, 22)], (6.5, 7.5), M.LEATHER)
    for dx, dy in ((0, 0), (2.2, 1.6), (-2, 0.6)):
        s.tube([(18 + dx, 22 + dy), (20.4 + dx, 13 + dy)], (0.9, 0.9), M.WOOD, lift=0.3)
        s.part([(19.4 + dx, 18 + dy), (18.6 + dx, 11.4 + dy), (21, 9.6 + dy),
            (22.6 + dx, 12 + dy),
                (21 + dx, 18 + dy)], M.SECOND, lift=0.4)
    s.tube([(-4, 62), (-9, 78), (-14, 94)], (11, 9, 6.6), M.LEATHER)
    s.tube([(5, 62), (9, 78), (10, 94)], (11, 9, 6.6), M.LEATHER)
    for foot, knee in ((-14, -10), (10.6, 9.4)):
        s.tube([(knee, 79), (foot, 95)], (9.4, 7.4), M.DARK)
        s.part([(foot - 4, 91), (foot + 3.6, 91), (foot + 4, 98), (foot - 1, 100),
            (foot - 7, 98.6)], M.DARK)
        s.part([(knee - 5.2, 77), (knee + 5, 77), (knee + 4.8, 81.2), (knee - 5, 81.2)],
            M.LEATHER)
        s.groove([(foot - 3.4, 88), (foot + 3.4, 87)], 0.5)
    s.part([(-13, 54), (11, 54), (15, 68), (16, 77), (9, 75), (4, 79), (-3, 75), (-9, 79),
        (-16, 75),
            (-14.6, 66)], M.SECOND, roundness=3)
    for x0, x1 in ((-8, -10), (-2, -3), (5, 8)):
        s.groove([(x0, 60), (x1, 75)], 0.7, depth=0.7)
    s.part([(-12, 34), (0, 30), (12, 34), (12, 46), (10.4, 57), (-11.4, 57), (-12.6, 46)],
        M.LEATHER,
           roundness=4.4)
    s.groove([(-1, 38), (-0.6, 54)], 0.5)
    for y in (41, 45, 49):
        s.groove([(-3, y), (1.6, y + 1.2)], 0.4)
    s.part([(8, 33), (11, 34), (-9, 55), (-12, 53)], M.DARK, smooth=False)
    s.part([(-12.2, 54), (11, 54), (11.4, 58), (-12.4, 58)], M.DARK, smooth=False)
    s.part([(-3, 53.4), (2, 53.4), (2, 58.6), (-3, 58.6)], M.TRIM, smooth=False)
    s.part([(6, 57), (11.4, 57), (12, 65), (6, 65)], M.LEATHER)
    s.groove([(6.4, 60), (11.6, 60)], 0.5)
    # Drawing arm, behind the face.
    s.tube([(11, 38), (23, 37)], (8.4, 7.6), M.MAIN)
    s.tube([(23.5, 37.4), (9, 31)], (7.2, 5.6), M.LEATHER)
    # Hood.
    s.part([(-9, 14), (-4, 6.6), (4, 5), (11, 10), (13.4, 20), (12, 31), (4, 37), (-6, 36),
        (-10, 26)],
           M.MAIN, roundness=4.2)
    s.part([(-8.6, 17), (-4, 11.4), (2, 12.6), (4.6, 20), (3, 29), (-2.4, 33), (-7.6, 29.4),
        (-9, 23)],
           M.DARK, lift=0, tilt=-80)
    s.part([(-8, 20), (-4, 16.4), (1, 17.6), (2.6, 22), (1, 28.4), (-2.6, 31.6), (-6.6, 29),
        (-8.2, 24.4)],
           M.SKIN, lift=0.6, roundness=2.2)
    s.groove([(-8, 21.2), (-4.6, 20.6), (2.4, 21.4)], 1.1, depth=0.9)
    s.mark(ellipse(-5.6, 22.4, 0.9, 0.6, count=12), M.WHITE, light=130)
    s.mark(ellipse(-0.8, 22.6, 0.9, 0.6, count=12), M.WHITE, light=130)
    s.mark(ellipse(-5.8, 22.4, 0.42, 0.55, count=10), M.DARK, light=60)
    s.mark(ellipse(-1, 22.6, 0.42, 0.55, count=10), M.DARK, light=60)
    s.part([(-4.4, 21.6), (-3, 21.6), (-2.6, 26), (-5, 26)], M.SKIN, lift=0.4, tilt=14)
    s.groove([(-5.4, 28.2), (-3, 28.6), (-1, 28)], 0.5)
    s.ridge([(-9, 16.6), (-4, 10.8), (2.6, 12), (5.4, 20), (3.4, 30), (-2, 34.4)], 1.0,
        strength=0.8)
    s.part([(-12, 33), (-4, 36.4), (4, 37), (13, 32), (16, 38), (6, 43.4), (-5, 42.4),
        (-14, 38.6)], M.MAIN,
           roundness=2.4)
    s.groove([(-8, 36), (-2, 40), (7, 39.6), (13, 35.4)], 0.7, depth=0.8)
    s.ball((-4.4, 38.6), 2.1, 2, M.TRIM)
    # Bow, arrow, bow arm.
    bow = [(-25, -4), (-30.6, 6), (-34.4, 18), (-34.6, 32), (-34.4, 46), (-30.6, 60), (-25, 70)]
    s.groove([(-25, -3.4), (7, 31)], 0.34, smooth=False, depth=0.2)
    s.tube([(-24.8, -3.6), (6, 31)], (0.5, 0.5), M.BONE, lift=0)
    s.tube([(-24.8, 69.6), (6, 31)], (0.5, 0.5), M.BONE, lift=0)
    s.tube(bow, (1.4, 2.8, 3.4, 3.6, 3.4, 2.8, 1.4), M.WOOD)
    s.tube([(-34.6, 27), (-34.6, 37)], (4.4, 4.4), M.LEATHER, lift=0.2)
    s.tube([(6, 31), (-37, 30)], (0.9, 0.9), M.WOOD, lift=0.3)
    s.part([(-36, 28.2), (-42, 30), (-36, 31.8)], M.STEEL, smooth=False, lift=0.2)
    s.tube([(-11, 38), (-21, 35.6)], (8.6, 7.4), M.MAIN)
    s.tube([(-20.4, 35.8), (-32, 32.6)], (7, 5.4), M.LEATHER)
    s.groove([(-24, 32.4), (-23.4, 38)], 0.5)
    s.groove([(-27, 31.6), (-26.6, 36.6)], 0.5)
    hand(s, -34, 32.2, M.SKIN, size=3.3)
    hand(s, 7.4, 31, M.SKIN, size=3.2)
    return s


def wizard() -> Sculpt:
    """A wizard with a crystal staff and a spell in the other hand."""
    x0: float
    x1: float
    s = Sculpt(base_radius=30)
    s.part([(-12, 34), (0, 30), (12, 34), (15, 52), (19, 74), (24, 97), (14, 99.6), (4, 98),
        (-6, 100.4),
            (-16, 98), (-23, 96.6), (-17, 72), (-14, 52)], M.MAIN, roundness=5)
    for x0, x1 in ((-9, -15), (-11, -20), (8, 15), (11, 20)):
        s.groove([(x0, 58), ((x0 + x1) / 2, 78), (x1, 97)], 1.0, depth=0.85)
    s.part([(-6, 52), (6, 52), (8.6, 76), (10, 97), (0, 99.4), (-10, 97.6), (-8.6, 76)], M.SECOND,
           roundness=2.6)
    s.ridge([(-6.4, 58), (-8.4, 78), (-9.4, 97)], 0.9)
    s.ridge([(6.4, 58), (8.6, 78), (9.6, 96.6)], 0.9)
    for y in (82, 90):
        s.mark(star(0.4, y, 2.4, 0.9, 4), M.MAIN)
    s.part([(-12.6, 55), (12.6, 55), (13.2, 60), (-13.2, 60)], M.LEATHER, roundness=1.2)
    s.part([(8, 58), (13, 58.6), (14.4, 70), (8.6, 70)], M.LEATHER)
    s.groove([(8.4, 62.4), (13.6, 62.8)], 0.5)
    s.part([(-13.4, 59), (-8, 59), (-7.6, 70.6), (-14, 70.6)], M.WOOD, smooth=False)
    s.groove([(-13, 61), (-8.4, 61)], 0.4)
    s.groove([(-13.2, 68.6), (-8.2, 68.6)], 0.4)
    # Staff arm.
    s.tube([(-25, -2), (-24.4, 40), (-26, 97)], (2.6, 2.8, 3), M.WOOD)
    for y in (56, 66, 78):
        s.groove([(-26.4, y), (-23.6, y + 1.4)], 0.5)
    s.part([(-30.6, -1), (-33, -8), (-29, -15), (-29.6, -8), (-26.6, -3.4), (-22, -4),
        (-19.6, -9),
            (-20.6, -14), (-17, -7), (-20, -0.4), (-25, 2.4)], M.WOOD, roundness=1.4)
    s.part([(-25, -17), (-21.6, -10), (-23, -4.4), (-26.6, -4.4), (-28.4, -10)], M.GLOW,
        smooth=False,
           roundness=1.4)
    s.groove([(-25, -16), (-25.4, -9), (-23.4, -5)], 0.3, depth=0.5, smooth=False)
    s.part([(-10, 35), (-16, 37), (-22, 46), (-29, 50), (-31, 58), (-25, 62), (-17, 58),
        (-10, 52)], M.MAIN,
           roundness=3.2)
    s.part([(-29.4, 48.6), (-20.6, 48), (-18, 59.6), (-25, 63), (-31.6, 58.6)], M.SECOND,
        lift=0.3)
    s.groove([(-12, 42), (-18, 49), (-21, 56)], 0.8)
    hand(s, -24.8, 46.6, M.SKIN, size=4)
    # Spell arm.
    s.part([(10, 35), (17, 37), (23, 45), (32, 44), (35, 50), (32, 60), (24, 66), (16, 58),
        (10, 50)], M.MAIN,
           roundness=3.4)
    s.part([(30, 43), (35, 44.4), (36, 54), (29.6, 63), (26.4, 60), (29, 51)], M.SECOND, lift=0.3)
    s.groove([(14, 42), (20, 51), (27, 56)], 0.8)
    s.tube([(31, 47), (35, 41)], (5, 4.2), M.SKIN)
    for tip in ((31.4, 34.6), (34.6, 33.6), (38, 35.2), (40, 38.6)):
        s.tube([(35.4, 40.4), tip], (1.9, 1.4), M.SKIN, lift=0.3)
    s.part([(36, 32), (32.6, 26), (34.4, 20), (35, 14), (38.4, 19), (40.6, 25), (39.6, 30)],
        M.GLOW, roundness=2)
    # Head: beard over the chest, brows, hat.
    s.ball((0, 24), 8.6, 9, M.SKIN)
    s.part([(-8.8, 22), (-5, 25.4), (0, 27), (5, 25.4), (8.8, 22), (10.4, 32), (9, 44), (5, 53),
        (1, 61),
            (-2.4, 55), (-7.4, 47), (-10.2, 34)], M.HAIR, roundness=3.2)
    for x0, x1 in ((-6.4, -5.4), (-3.2, -2), (0.2, 0.6), (3.6, 2.8), (6.6, 5.4)):
        s.groove([(x0, 31), ((x0 + x1) / 2 + 0.8, 40), (x1, 50)], 0.6, depth=0.8)
    s.part([(-6.6, 25.6), (-2, 24.6), (0, 26), (2, 24.6), (6.6, 25.6), (9, 30), (3.6, 29.4),
        (0, 28),
            (-3.6, 29.4), (-9, 30)], M.HAIR, lift=0.5)
    s.groove([(-2.2, 30.2), (0, 30.8), (2.2, 30.2)], 0.8)
    s.part([(-1.5, 19), (1.5, 19), (2.6, 24.6), (0, 26.2), (-2.6, 24.6)], M.SKIN, lift=0.5,
        tilt=12)
    for side in (-1, 1):
        s.mark(ellipse(side * 4, 20.9, 1.6, 1.1, count=14), M.DARK, light=60)
        s.mark(ellipse(side * 4, 21, 1.2, 0.75, count=12), M.WHITE, light=150)
        s.mark(ellipse(side * 4 - 0.1, 21, 0.55, 0.7, count=10), M.DARK, light=50)
        s.part([(side * 1.6, 19.2), (side * 4.4, 17.2), (side * 8.4, 18.2), (side * 4.6, 20)],
            M.HAIR, lift=0.4)
    s.part([(-17, 17.6), (-9, 13.6), (0, 12.6), (9, 13.6), (17.6, 16.6), (12, 20), (4, 18),
        (-4, 18), (-11, 20.4)],
           M.MAIN, roundness=1.6)
    s.part([(-9, 15), (-6.6, 5), (-3, -4), (3, -12), (13, -15), (18.6, -10), (12, -9.4), (9, -4),
        (8.6, 5),
            (9.4, 15), (0, 16.6)], M.MAIN, roundness=3.4, lift=0.5)
    s.groove([(-3, 1), (3, 3), (8, 1.4)], 0.8)
    s.groove([(1, -7), (5, -5), (9, -5.4)], 0.8)
    s.part([(-9.2, 11.6), (0, 13.2), (9.4, 11.6), (9.6, 15.2), (0, 17), (-9.4, 15.2)], M.LEATHER,
        lift=0.2)
    s.part([(-2.6, 12), (2.6, 12), (2.6, 16.8), (-2.6, 16.8)], M.TRIM, smooth=False, lift=0.3)
    s.mark(star(0.6, 4.2, 3, 1.2, 5), M.TRIM)
    return s


def dwarf() -> Sculpt:
    """A dwarf resting on a great hammer."""
    s = Sculpt(base_radius=31)
    s.part([(-17, 46), (17, 46), (23, 70), (25, 92), (14, 95), (0, 92), (-14, 95), (-25, 91),
        (-22, 68)], M.SECOND,
           roundness=4, tilt=-36)
    for side in (-1, 1):
        s.tube([(side * 8, 76), (side * 11, 90)], (14, 12), M.DARK)
        s.part([(side * 11 - 6.6, 86), (side * 11 + 6.6, 86), (side * 14 + 6, 97),
            (side * 13, 101),
                (side * 11 - 7, 98.4)], M.LEATHER)
        s.part([(side * 11 - 7, 84.4), (side * 11 + 7, 84.4), (side * 11 + 7, 89),
            (side * 11 - 7, 89)], M.TRIM,
               roundness=1)
    s.part([(-18, 62), (18, 62), (21, 78), (18, 86), (0, 84), (-18, 86), (-21, 78)], M.STEEL)
    for row in range(4):
        y = 68 + row * 4.4
        for column in range(-7, 8):
            x = column * 2.6 + (row % 2) * 1.3
            s.groove([(x - 1.2, y), (x, y + 1.4), (x + 1.2, y)], 0.5, depth=0.8)
    s.part([(-20, 46), (-8, 40), (8, 40), (20, 46), (21, 60), (17, 70), (-17, 70), (-21, 60)],
        M.MAIN, roundness=6)
    s.part([(-19, 64), (19, 64), (19.6, 71), (-19.6, 71)], M.LEATHER, roundness=1.6)
    s.ball((0, 67.6), 5.2, 4.6, M.TRIM)
    s.mark(star(0, 67.6, 2.6, 1.2, 6), M.DARK, light=70)
    for side in (-1, 1):
        s.tube([(side * 21, 50), (side * 25, 62), (side * 20, 70)], (12, 11, 9.6), M.STEEL)
        s.groove([(side * 19.6, 60), (side * 25, 58.4), (side * 30, 61)], 0.5)
        s.ball((side * 20.4, 47.6), 9.6, 8.4, M.MAIN, turn=side * 20)
        s.ridge([(side * 12.6, 50), (side * 20.4, 54.6), (side * 28.4, 50.4)], 1.1)
        s.rivets([(side * 16, 45), (side * 21, 43.6), (side * 25.6, 46)], 0.8)
    # Head, helm and beard.
    s.ball((0, 30), 11, 11, M.SKIN)
    s.part([(-12, 30), (-6, 33), (0, 35), (6, 33), (12, 30), (15, 42), (14, 56), (8, 67),
        (4, 77), (0, 71), (-4, 78),
            (-8, 68), (-14, 56), (-15, 42)], M.WOOD, roundness=4)
    for x in (-10, -6.4, -2.6, 1.8, 5.6, 9.4):
        s.groove([(x, 40), (x * 0.85 + 0.9, 51), (x * 0.6, 64)], 0.7, depth=0.85)
    s.part([(-9.4, 33), (-3, 31), (0, 33), (3, 31), (9.4, 33), (14.6, 40), (6, 39), (0, 36),
        (-6, 39), (-14.6, 40)],
           M.WOOD, lift=0.6, tilt=14)
    s.part([(-1.8, 24), (1.8, 24), (4, 31), (0, 33.4), (-4, 31)], M.SKIN, lift=0.6, tilt=16)
    for side in (-1, 1):
        s.mark(ellipse(side * 5.4, 26.8, 2, 1.4, count=14), M.DARK, light=50)
        s.mark(ellipse(side * 5.4, 27, 1.4, 0.9, count=12), M.WHITE, light=150)
        s.mark(ellipse(side * 5.2, 27, 0.65, 0.85, count=10), M.DARK, light=40)
        s.part([(side * 2.2, 25), (side * 6, 22.6), (side * 10.6, 24.4), (side * 6, 26)], M.WOOD,
            lift=0.4)
        s.tube([(side * 8, 60), (side * 9, 70)], (4.4, 3), M.WOOD, lift=0.5)
        s.ball((side * 8.8, 66), 2.9, 1.7, M.TRIM, lift=0.3)
    for side in (-1, 1):
        s.part([(side * 10, 17), (side * 17, 13), (side * 21, 4), (side * 20.4, -5),
            (side * 26, 5), (side * 24, 17),
                (side * 16, 24), (side * 10, 24)], M.BONE, roundness=2)
        s.groove([(side * 12.4, 17), (side * 13.8, 23.4)], 0.5)
        s.groove([(side * 15.6, 15.4), (side * 17.6, 21.6)], 0.5)
    s.part([(-12.6, 24), (-12, 13), (-6, 6), (0, 4.4), (6, 6), (12, 13), (12.6, 24), (6, 22),
        (0, 21.4), (-6, 22)],
           M.STEEL, roundness=4)
    s.part([(-13, 20.6), (0, 17.8), (13, 20.6), (13, 25), (0, 22.4), (-13, 25)], M.TRIM,
        roundness=1)
    s.part([(-1.8, 4), (1.8, 4), (2, 27), (0, 29.4), (-2, 27)], M.TRIM, smooth=False, lift=0.4)
    s.rivets([(-8.6, 21.6), (8.6, 21.6), (-4.6, 20.6), (4.6, 20.6)], 0.6)
    # Hammer, head down, both hands on the shaft.
    s.tube([(0, 62), (0, 92)], (3.2, 3.2), M.WOOD)
    s.part([(-13, 84), (13, 84), (15, 87), (15, 97), (13, 100), (-13, 100), (-15, 97),
        (-15, 87)], M.STEEL,
           smooth=False, roundness=2.4, lift=1.4)
    s.part([(-5, 82.8), (5, 82.8), (5, 101), (-5, 101)], M.TRIM, smooth=False, roundness=1.2)
    s.mark(star(0, 92, 3.2, 1.3, 4), M.GLOW, light=150)
    s.groove([(-12, 87.4), (-12, 96.8)], 0.5)
    s.groove([(12, 87.4), (12, 96.8)], 0.5)
    hand(s, -3.4, 74, M.STEEL, size=5.4)
    hand(s, 4, 79, M.STEEL, size=5.4)
    return s
