"""Draws the example pictures of the Upload tab: garments as small illustrations, digits on paper,
and what is neither; and a digit drawn on a canvas, for the page of the endpoints.

python page/examples/draw.py
"""

from math import cos, pi, sin
from pathlib import Path

from PIL import Image, ImageDraw

FOLDER = Path(__file__).resolve().parent
SIDE = 224  # pixels of a picture
FINE = 4  # drawn so many times larger, then reduced: smooth edges
UNITS = 100  # the shapes below are drawn on a square of 100 × 100

FLOOR = "#ece7dd"
RULE = "#b9cbe6"


class Sheet:
    """A picture to draw on, in units of a hundredth of its side."""

    def __init__(self, ground: str):
        self.picture = Image.new("RGB", (SIDE * FINE, SIDE * FINE), ground)
        self.pen = ImageDraw.Draw(self.picture)

    @staticmethod
    def _pixels(points):
        return [(x * SIDE * FINE / UNITS, y * SIDE * FINE / UNITS) for x, y in points]

    def area(self, colour: str, *points) -> None:
        self.pen.polygon(self._pixels(smooth(points)), fill=colour)

    def line(self, colour: str, width: float, *points, curved: bool = False) -> None:
        pixels = self._pixels(curve(points) if curved else points)
        thick = round(width * SIDE * FINE / UNITS)
        self.pen.line(pixels, fill=colour, width=thick, joint="curve")
        for x, y in (pixels[0], pixels[-1]):
            half = thick / 2
            self.pen.ellipse((x - half, y - half, x + half, y + half), fill=colour)

    def dot(self, colour: str, x: float, y: float, radius: float) -> None:
        box = self._pixels([(x - radius, y - radius), (x + radius, y + radius)])
        self.pen.ellipse([*box[0], *box[1]], fill=colour)

    def save(self, name: str) -> None:
        small = self.picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
        small.quantize(64).save(FOLDER / f"{name}.png", optimize=True)


def smooth(points):
    """The corners of a closed outline rounded (Chaikin 1974, "An algorithm for high speed curve
    generation"), twice."""
    for _ in range(2):
        pairs = list(zip(points, [*points[1:], points[0]], strict=True))
        points = [
            (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share)
            for a, b in pairs
            for share in (0.2, 0.8)
        ]
    return points


def curve(points, steps: int = 16):
    """Points on the Catmull-Rom curve through the given ones."""
    padded = [points[0], *points, points[-1]]
    found = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        for step in range(steps + 1):
            t = step / steps
            found.append(tuple(
                0.5 * (2 * q + (r - p) * t + (2 * p - 5 * q + 4 * r - s) * t**2
                       + (3 * q - p - 3 * r + s) * t**3)
                for p, q, r, s in zip(a, b, c, d, strict=True)
            ))  # fmt: skip
    return found


def mirrored(*points):
    """The right half of an outline, top to bottom, and its mirror image."""
    return [*points, *[(UNITS - x, y) for x, y in reversed(points)]]


def flipped(*points):
    """Facing left, as the shoes of Fashion-MNIST do."""
    return [(UNITS - x, y) for x, y in points]


def t_shirt() -> Sheet:
    sheet = Sheet(FLOOR)
    sheet.area("#3f7d6b", *mirrored(
        (57, 14), (66, 15), (76, 20), (93, 41), (80, 51), (71, 41), (71, 60), (72, 88), (60, 89)
    ))  # fmt: skip
    sheet.line("#2f6354", 2.2, (43, 14), (46, 19), (50, 20.5), (54, 19), (57, 14), curved=True)
    sheet.line("#2f6354", 0.8, (71, 42), (70, 58))
    sheet.line("#2f6354", 0.8, (29, 42), (30, 58))
    return sheet


def trouser() -> Sheet:
    sheet = Sheet(FLOOR)
    sheet.area(
        "#3e5f93", *mirrored((62, 7), (66, 8), (67, 30), (65, 60), (63, 94), (53, 95), (51, 50))
    )
    sheet.line("#2f4a75", 1, (50, 9), (50, 44))
    sheet.line("#2f4a75", 1, (35, 14), (65, 14))
    return sheet


def pullover() -> Sheet:
    sheet = Sheet(FLOOR)
    sheet.area("#b5803a", *mirrored(
        (57, 13), (66, 15), (75, 20), (83, 45), (90, 80), (80, 83), (71, 50),
        (71, 70), (71, 88), (60, 89)
    ))  # fmt: skip
    sheet.line("#8f6227", 2.6, (43, 13), (46, 17), (50, 18), (54, 17), (57, 13), curved=True)
    sheet.line("#8f6227", 1, (31, 84), (69, 84))
    return sheet


def dress() -> Sheet:
    sheet = Sheet(FLOOR)
    sheet.area("#a9475c", *mirrored(
        (57, 8), (59, 8), (61, 22), (60, 36), (59, 44), (64, 65), (70, 92), (58, 94)
    ))  # fmt: skip
    sheet.area(FLOOR, *mirrored((55, 6), (54, 18), (52, 21)))
    sheet.line("#883549", 1.2, (41, 44), (59, 44))
    return sheet


def sneaker() -> Sheet:
    sheet = Sheet(FLOOR)
    sheet.area("#4b5b6b", *flipped(
        (7, 44), (20, 39), (31, 41), (42, 47), (57, 55), (80, 61), (93, 67), (94, 72), (60, 73),
        (6, 72)
    ))  # fmt: skip
    sheet.area("#9aa6b2", *flipped((5, 69), (60, 70), (95, 69), (95, 76), (60, 78), (5, 77)))
    for x in (40, 46, 52):
        top = 48 + (x - 40) / 2
        sheet.line("#e9edf1", 1.6, *flipped((x, top), (x - 5, top + 7)))
    return sheet


def ankle_boot() -> Sheet:
    sheet = Sheet(FLOOR)
    sheet.area("#6b4a35", *flipped(
        (20, 9), (47, 9), (49, 40), (55, 53), (74, 63), (88, 71), (90, 80), (60, 82), (20, 82),
        (18, 60), (19, 40)
    ))  # fmt: skip
    sheet.area(
        "#3d2a1e", *flipped((18, 80), (91, 79), (92, 84), (50, 85), (42, 84), (40, 92), (18, 92))
    )
    sheet.line("#4f3526", 1.2, *flipped((36, 13), (37, 42)))
    return sheet


def bag() -> Sheet:
    sheet = Sheet(FLOOR)
    sheet.line("#6e3b2c", 3.4, (33, 44), (35, 24), (50, 17), (65, 24), (67, 44), curved=True)
    sheet.area("#a55f45", *mirrored((66, 38), (82, 39), (88, 82), (74, 85)))
    sheet.line("#6e3b2c", 1.2, (20, 54), (50, 58), (80, 54), curved=True)
    sheet.dot("#e3c08a", 50, 58, 2.6)
    return sheet


GARMENTS = {
    "t-shirt-top": t_shirt,
    "trouser": trouser,
    "pullover": pullover,
    "dress": dress,
    "sneaker": sneaker,
    "ankle-boot": ankle_boot,
    "bag": bag,
}


def house() -> Sheet:
    sheet = Sheet("#cfe3ee")
    sheet.area("#a9bd84", (0, 80), (100, 80), (100, 100), (0, 100))
    sheet.area("#e8d9c0", (26, 42), (26, 46), (26, 82), (74, 82), (74, 46), (74, 42))
    sheet.area("#a4553f", (14, 46), (18, 40), (50, 10), (82, 40), (86, 46), (50, 46))
    sheet.line("#7a4a33", 11, (50, 68), (50, 77))
    for x in (36, 64):
        sheet.line("#6f8fa8", 8, (x, 56), (x, 58))
    return sheet


def tree() -> Sheet:
    sheet = Sheet("#bcd9ee")
    sheet.area("#8fb36a", (0, 78), (30, 72), (70, 76), (100, 72), (100, 100), (0, 100))
    sheet.line("#6b4a30", 6, (50, 88), (51, 66), (49, 48))
    for x, y, radius in ((36, 44, 15), (64, 42, 16), (50, 28, 18), (50, 50, 14)):
        sheet.dot("#3f7a42", x, y, radius)
    for x, y in ((40, 36), (60, 30), (55, 48)):
        sheet.dot("#58985a", x, y, 6)
    sheet.dot("#f4d35e", 84, 16, 8)
    return sheet


OTHERS = {"house": house, "tree": tree}

DIGITS = {
    "2": [[(33, 34), (42, 22), (57, 23), (63, 36), (52, 54), (33, 76), (50, 72), (70, 76)]],
    "4": [[(55, 20), (44, 38), (32, 57), (50, 57), (72, 56)], [(60, 36), (58, 58), (56, 82)]],
    "7": [[(32, 27), (50, 25), (67, 25), (58, 48), (48, 80)], [(42, 53), (66, 51)]],
    "8": [[(50 + 15 * sin(pi * i / 8), 50 - 29 * cos(pi * i / 16)) for i in range(33)]],
}  # fmt: skip


def digit(strokes) -> Sheet:
    sheet = Sheet("#f7f5ef")
    for y in range(16, UNITS, 14):
        sheet.line(RULE, 0.5, (0, y), (UNITS, y))
    for stroke in strokes:
        sheet.line("#27345f", 4.2, *stroke, curved=True)
    return sheet


def main() -> None:
    for name, draw in GARMENTS.items():
        draw().save(f"garment-{name}")
    for name, draw in OTHERS.items():
        draw().save(f"neither-{name}")
    for name, strokes in DIGITS.items():
        digit(strokes).save(f"digit-{name}")
    sheet = Sheet("white")  # as a canvas gives it
    for stroke in DIGITS["7"]:
        sheet.line("black", 6, *stroke, curved=True)
    sheet.save("drawn/seven")


if __name__ == "__main__":
    main()
