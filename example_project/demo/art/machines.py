"""Tank and space trooper."""

from __future__ import annotations

from .geometry import Point, ellipse, star
from .palettes import Material as M
from .sculpt import Sculpt

# Outlines read as shapes, several points a line; a formatter would put one on each.
# fmt: off


def tank() -> Sculpt:
    """A battle tank seen from its side, without a base."""
    x: float
    y: float
    s = Sculpt(on_base=False)
    # Far track.
    s.part([(-50, 80), (-44, 71), (44, 69), (52, 76), (54, 84), (46, 95), (-42, 95)], M.TRACK,
        smooth=False, tilt=-60,
           roundness=2)
    # Hull.
    s.part([(-50, 72), (-45, 62), (-30, 58), (38, 58), (50, 66), (54, 74), (46, 84), (-42, 84)],
        M.MAIN, smooth=False,
           roundness=2.6)
    s.part([(-45, 62), (-30, 58), (38, 58), (34, 63), (-34, 64)], M.MAIN, smooth=False,
        roundness=1, lift=0, tilt=30)
    s.groove([(-34, 64), (-38, 72)], 0.5, smooth=False)
    s.groove([(34, 63), (40, 72)], 0.5, smooth=False)
    for x in (14, 18.6, 23.2, 27.8):
        s.part([(x, 59.2), (x + 3, 59.2), (x + 2.6, 62.2), (x - 0.4, 62.2)], M.DARK,
            smooth=False, lift=0, tilt=-30)
    # Near track: run, wheels, skirt.
    run: list[Point] = [(-56, 84), (-54, 76), (-47, 71), (44, 69), (53, 73), (57, 81), (55, 90),
        (45, 101), (-43, 102),
                        (-52, 95)]
    s.part(run, M.TRACK, roundness=2.6, lift=1.4)
    s.part([(-51, 84), (-49, 78), (-44, 75), (43, 73), (50, 77), (52, 83), (50, 89), (43, 97),
        (-41, 98), (-48, 92)],
           M.DARK, roundness=1.6, lift=0, tilt=-50)
    for step in range(29):
        x = -46 + step * 3.2
        s.groove([(x, 98.4), (x - 0.3, 101.6)], 0.9, smooth=False)
    for x, y, dx, dy in ((-53, 90, 3, -1), (-55.4, 84, 3, 0.4), (-53.4, 78, 2.8, 1.8),
        (56, 84, -3, 0), (53, 92, -2.8, -2),
                         (49.4, 96, -2.4, -2.4), (54, 77, -2.6, 2)):
        s.groove([(x, y), (x + dx, y + dy)], 0.9, smooth=False)
    for x, radius in ((-45, 5.6), (46.6, 5.6)):
        s.ball((x, 83), radius, radius, M.STEEL)
        s.ball((x, 83), radius * 0.55, radius * 0.55, M.MAIN, lift=0.4)
        for point in star(x, 83, 1.9, 1.9, 3)[::1]:
            s.rivets([point], 0.4)
    for x in (-32, -17.6, -3.2, 11.2, 25.6, 37):
        radius = 7.2 if x < 30 else 5.6
        y = 89.6 if x < 30 else 90.4
        s.ball((x, y), radius, radius, M.DARK, lift=0.8)
        s.ball((x, y), radius * 0.8, radius * 0.8, M.MAIN, lift=0.1)
        s.groove(ellipse(x, y, radius * 0.52, radius * 0.52, count=26), 0.5, smooth=False)
        s.ball((x, y), radius * 0.27, radius * 0.27, M.STEEL, lift=0.3)
        s.rivets([(x + radius * 0.62 * dx, y + radius * 0.62 * dy) for dx, dy in ((0, -1),
            (0.87, 0.5), (-0.87, 0.5))], 0.4)
    s.part([(-57, 76), (-49, 67.6), (46, 66), (57, 73), (55, 78), (46, 72.4), (-46, 74),
        (-54, 81)], M.MAIN, smooth=False,
           roundness=1.4)
    for x0 in (-40, -19, 2, 23):
        s.part([(x0, 72.4), (x0 + 19.4, 71.8), (x0 + 19.4, 82), (x0 + 17, 84.4), (x0 + 2, 84.8),
            (x0, 82.8)], M.MAIN,
               smooth=False, roundness=1.0)
        s.rivets([(x0 + 2.2, 74.4), (x0 + 17.2, 74), (x0 + 2.4, 82.2), (x0 + 17, 81.8)], 0.55)
    s.mark([(2.6, 74.8), (21, 74.4), (21, 77), (2.6, 77.4)], M.SECOND)
    s.mark(star(-9.4, 78.4, 4, 1.7, 5), M.SECOND)
    # Turret, barrel to the left.
    s.tube([(-10, 46.4), (-52, 44.6)], (5.2, 4.4), M.MAIN, round_ends=False)
    s.part([(-52, 41.2), (-60, 41), (-60.6, 48), (-52, 48)], M.STEEL, smooth=False, roundness=1.4)
    s.mark([(-54.4, 42.6), (-56, 42.6), (-56, 46.6), (-54.4, 46.6)], M.DARK, light=30)
    s.mark([(-57.4, 42.6), (-58.8, 42.6), (-58.8, 46.6), (-57.4, 46.6)], M.DARK, light=30)
    for x in (-24, -38):
        s.groove([(x, 42.6), (x, 48.4)], 0.6)
    s.mark([(-44, 42.6), (-42, 42.7), (-42, 47.6), (-44, 47.4)], M.SECOND)
    s.mark([(-41, 42.7), (-39.4, 42.7), (-39.4, 47.8), (-41, 47.6)], M.SECOND)
    s.part([(-18, 58.6), (28, 58.6), (26, 62), (-16, 62)], M.DARK, smooth=False, tilt=-40)
    s.part([(-24, 52), (-17, 39), (-8, 35.6), (24, 35.6), (34, 41), (37, 51), (31, 59),
        (-18, 59)], M.MAIN, smooth=False,
           roundness=3.4, lift=1.4)
    s.part([(-17, 39), (-8, 35.6), (24, 35.6), (30, 39), (22, 40.6), (-8, 40.8)], M.MAIN,
        smooth=False, roundness=0.9,
           lift=0, tilt=34)
    s.groove([(-8, 40.8), (-11, 58)], 0.5, smooth=False)
    s.groove([(22, 40.6), (25, 58)], 0.5, smooth=False)
    s.ball((-16.4, 47.4), 6, 7, M.STEEL)
    s.rivets([(-6, 43.4), (0, 43.2), (6, 43.2), (12, 43.2), (18, 43.2), (-7.6, 56), (0, 56.4),
        (8, 56.4), (16, 56.4),
              (22, 56)], 0.65)
    s.mark([(1.6, 46), (4.6, 46), (4.6, 54), (1.6, 54)], M.SECOND)
    s.mark([(7, 46), (13.6, 46), (13.6, 48), (9.4, 48), (9.4, 49.2), (13.6, 49.2), (13.6, 54),
        (7, 54), (7, 52), (11.2, 52),
            (11.2, 51), (7, 51)], M.SECOND)
    s.part([(27, 43), (38, 43), (40, 46), (40, 55), (28, 56)], M.LEATHER)
    s.groove([(31, 43.4), (32, 55.6)], 0.7)
    s.groove([(36, 43.2), (37, 55)], 0.7)
    # Cupola, hatch and machine gun.
    s.part([(2, 31), (17, 31), (19, 36.6), (0, 36.6)], M.MAIN, smooth=False, roundness=1.4)
    s.ball((9.4, 31), 8, 2.2, M.STEEL)
    for x in (4, 8.2, 12.4):
        s.part([(x, 33), (x + 2.6, 33), (x + 2.6, 35), (x, 35)], M.GLOW, smooth=False, lift=0,
            roundness=0.5)
    s.tube([(-2, 27), (-20, 25)], (1.8, 1.4), M.STEEL)
    s.part([(-4, 24.6), (5, 25), (5, 30), (-3, 30)], M.STEEL, smooth=False)
    s.tube([(2, 30), (3, 33)], (1.6, 1.6), M.STEEL)
    s.tube([(25, 36), (28, 18), (29.4, 2)], (0.9, 0.7, 0.5), M.DARK, lift=0.2)
    s.part([(29.2, 3), (36, 4.6), (42, 3.4), (41, 8), (36, 9.6), (28.8, 8.2)], M.SECOND,
        roundness=0.9)
    # Lamp, tow rope, tools.
    s.ball((-45.6, 63.4), 3.2, 3.2, M.STEEL)
    s.ball((-46.4, 63.4), 2.1, 2.3, M.GLOW, lift=0)
    s.tube([(-28, 66.4), (-10, 68.4), (10, 66), (22, 67.4)], (1.3, 1.3, 1.3, 1.3), M.LEATHER)
    s.tube([(32, 64), (48, 69)], (1.2, 1.2), M.WOOD)
    return s


def space_trooper() -> Sculpt:
    """A trooper in heavy powered armour with a rifle."""
    y: float
    s = Sculpt(base_radius=33)
    # Pack.
    s.part([(-17, 24), (17, 24), (20, 44), (15, 54), (-15, 54), (-20, 44)], M.SECOND,
        smooth=False, roundness=3, tilt=-24)
    for side in (-1, 1):
        s.part([(side * 11, 14), (side * 18, 13), (side * 21, 18), (side * 20, 30),
            (side * 11, 30)], M.SECOND, roundness=2.4)
        s.ball((side * 16, 15), 4.2, 2.2, M.DARK)
        s.groove([(side * 11, 23), (side * 20.4, 23)], 0.5)
    # Legs.
    for side, knee, foot in ((-1, -12, -15), (1, 12.4, 16.4)):
        s.tube([(side * 8, 62), (knee, 76)], (14, 13), M.MAIN)
        s.groove([(side * 8 - 5, 69), (side * 9.6, 71.4), (side * 9 + 6.4, 69)], 0.5)
        s.part([(knee - 7, 77), (knee + 7, 77), (foot + 8.4, 94), (foot - 8, 94)], M.MAIN,
            smooth=False, roundness=3.4)
        s.groove([(foot - 6.6, 88), (foot, 89.6), (foot + 7, 88)], 0.5)
        s.groove([(foot + side * 1.6, 82), (foot + side * 2.4, 93)], 0.45)
        s.part([(foot - 7.6, 91), (foot + 7.6, 91), (foot + 9 + side, 97.6),
            (foot + side * 2, 101), (foot - 9 + side, 97.6)],
               M.MAIN, roundness=2.6)
        s.part([(foot - 8.6 + side, 96.4), (foot + 8.6 + side, 96.4), (foot + 8 + side, 99),
            (foot + side * 2, 101.4),
                (foot - 8 + side, 99)], M.STEEL, roundness=1, lift=0.3)
        s.part([(knee - 6.4, 71), (knee + 6.4, 71), (knee + 7, 78), (knee, 83), (knee - 7, 78)],
            M.MAIN, smooth=False,
               roundness=2.2)
        s.part([(knee - 3, 72.6), (knee + 3, 72.6), (knee + 3, 77.4), (knee, 79.6),
            (knee - 3, 77.4)], M.SECOND, smooth=False,
               roundness=0.8, lift=0.2)
    # Waist and torso.
    s.part([(-12, 52), (12, 52), (14, 64), (6, 70), (0, 72), (-6, 70), (-14, 64)], M.DARK)
    for y in (55, 58):
        s.groove([(-11, y), (0, y + 1.6), (11, y)], 0.5)
    s.part([(-5, 60), (5, 60), (6, 70), (0, 74), (-6, 70)], M.MAIN, smooth=False, roundness=1.6)
    s.part([(-13.6, 58), (13.6, 58), (13.8, 63), (-13.8, 63)], M.LEATHER, roundness=1.2)
    s.part([(-3.4, 57.4), (3.4, 57.4), (3.4, 63.6), (-3.4, 63.6)], M.TRIM, smooth=False)
    s.part([(-13.4, 62), (-7.6, 62), (-7.6, 69.6), (-13.4, 69.6)], M.LEATHER, roundness=1.2)
    s.groove([(-13, 65), (-8, 65)], 0.5)
    s.ball((10.6, 66.4), 3, 3.4, M.SECOND)
    s.groove([(8, 65), (13.2, 65)], 0.5)
    s.part([(-19, 31), (-9, 27), (9, 27), (19, 31), (19, 43), (12, 55), (-12, 55), (-19, 43)],
        M.MAIN, roundness=5)
    s.groove([(-14.6, 44), (-7, 48), (0, 48.6), (7, 48), (14.6, 44)], 0.5)
    s.groove([(0, 48.6), (0, 55)], 0.5, smooth=False)
    s.part([(-1.8, 36), (1.8, 36), (11, 33.6), (13, 36), (8, 40), (3, 41.4), (0, 44.4),
        (-3, 41.4), (-8, 40), (-13, 36),
            (-11, 33.6)], M.TRIM, smooth=False, roundness=0.9, lift=0.4)
    s.ball((0, 38.6), 1.7, 1.7, M.GLOW, lift=0.2)
    # Collar and helmet.
    s.part([(-10, 27), (0, 24), (10, 27), (9, 32), (0, 34.4), (-9, 32)], M.DARK, roundness=1.6)
    s.part([(-9.6, 13), (-6, 5.4), (0, 3.4), (6, 5.4), (9.6, 13), (9.8, 22), (7, 29), (3, 32.6),
        (-3, 32.6), (-7, 29),
            (-9.8, 22)], M.MAIN, roundness=3.8)
    s.part([(-1.3, 2.6), (1.3, 2.6), (1.5, 13), (-1.5, 13)], M.SECOND, smooth=False, lift=0.3)
    s.part([(-8.8, 14), (-3, 13), (3, 13), (8.8, 14), (8.2, 19.6), (3, 19), (0, 21), (-3, 19),
        (-8.2, 19.6)], M.DARK,
           smooth=False, lift=0, tilt=-50)
    for side in (-1, 1):
        s.part([(side * 1.6, 16), (side * 7.6, 14.8), (side * 7.2, 18), (side * 2, 18.4)],
            M.GLOW, smooth=False, lift=0,
               roundness=0.7)
        s.ball((side * 9.6, 19), 2.4, 3.2, M.STEEL)
        s.tube([(side * 4, 28), (side * 8.4, 30.6)], (3, 3), M.DARK, lift=0.4)
    s.part([(-4, 21.6), (0, 20), (4, 21.6), (4.4, 28), (0, 31), (-4.4, 28)], M.STEEL,
        smooth=False, roundness=1.2)
    for y in (23.6, 25.4, 27.2):
        s.groove([(-2.6, y), (2.6, y)], 0.55, smooth=False)
    # Rifle across the chest, then the arms around it.
    s.tube([(-23, 38), (-27, 52), (-17, 58)], (10, 9.6, 9), M.MAIN)
    s.part([(-38, 46.6), (-30, 45), (-30, 50.6), (-38, 49.8)], M.STEEL, smooth=False)
    s.mark([(-37, 47.4), (-34.6, 47.1), (-34.6, 48.6), (-37, 48.8)], M.DARK, light=20)
    s.part([(-31, 43.4), (-14, 42.6), (-10, 45), (14, 48), (14, 56), (4, 57), (2, 62.6),
        (-4, 62.2), (-3.6, 56.4), (-20, 54.4),
            (-31, 52)], M.DARK, smooth=False, roundness=1.8, lift=1.4)
    s.part([(-30, 44.4), (-14.6, 43.6), (-11, 46), (6, 48), (6, 50.4), (-13, 49), (-30, 48)],
        M.SECOND, smooth=False,
           roundness=0.9, lift=0.2)
    s.part([(-16, 54.6), (-9, 55.2), (-10.6, 65), (-17.4, 63.4)], M.STEEL, smooth=False,
        roundness=1)
    s.groove([(-15.6, 58), (-10.4, 58.6)], 0.45)
    s.part([(-12, 38.6), (2, 40), (2, 43.6), (-12, 42.4)], M.STEEL, smooth=False)
    s.ball((-12.4, 40.6), 1.5, 2.1, M.GLOW, lift=0.2)
    s.rivets([(8.6, 51), (11.4, 54)], 0.6)
    s.tube([(24, 38), (28, 54), (18, 60)], (10, 10, 9.4), M.MAIN)
    s.ball((28, 53.6), 5, 4.8, M.MAIN)
    s.tube([(23, 57), (9, 59.6)], (9.4, 8.4), M.MAIN)
    s.groove([(17.6, 54), (18.6, 63)], 0.5)
    s.ball((4.4, 59.6), 5, 4.4, M.DARK)
    for dy in (-2, 0.4, 2.6):
        s.groove([(0.6, 59 + dy), (6, 59.6 + dy)], 0.45)
    s.ball((-21.4, 53), 5, 4.6, M.DARK)
    for dx in (-2.6, 0, 2.6):
        s.groove([(-21.4 + dx, 49.4), (-21 + dx, 54.6)], 0.45)
    # Round shoulder plates.
    for side in (-1, 1):
        s.ball((side * 22.6, 36), 12, 11.4, M.TRIM, turn=side * 12, lift=1.3)
        s.ball((side * 22.2, 35), 10.6, 9.8, M.MAIN, turn=side * 12, lift=0.1)
    s.mark(star(-22.6, 35.4, 5, 2.1, 5), M.SECOND)
    s.mark([(20, 30), (23.6, 30), (23.6, 41), (20, 41)], M.SECOND)
    s.mark([(25.6, 30.6), (27.6, 31.4), (27.6, 40), (25.6, 40.6)], M.SECOND)
    return s
