"""Draws the icons of the page from icon.svg, the logo of its header.

    python page/icons/draw.py

icon-192.png and icon-512.png have the logo's round corners; maskable-512.png fills the square and
keeps the letters in the middle, for systems that cut icons to a shape of their own; card.png is
what links to the page are shown with.
"""

import re
from pathlib import Path

from PIL import Image, ImageDraw

HERE = Path(__file__).resolve().parent
SIDE = 28  # of the logo, units
ROUND = 7  # its corners
FINER = 8  # drawn so many times larger, then averaged
STEPS = 24  # straight pieces of a curve
INNER = 0.8  # of a maskable icon's side is seen whatever its shape
CARD = (1200, 630)  # pixels, as networks ask for


def main() -> None:
    svg = (HERE / "icon.svg").read_text("utf-8")
    ground, stroke = (re.search(rf'{name}="(#\w+)"', svg).group(1) for name in ("fill", "stroke"))
    lines = strokes(re.search(r' d="([^"]+)"', svg).group(1))
    for side in (192, 512):
        picture = Image.new("RGBA", (side, side))
        logo(picture, lines, ground, stroke, ROUND)
        picture.save(HERE / f"icon-{side}.png", optimize=True)
    full = Image.new("RGB", (512, 512), ground)
    logo(full, lines, ground, stroke, 0, INNER)
    full.quantize(32).save(HERE / "maskable-512.png", optimize=True)
    card = Image.new("RGB", CARD, ground)
    logo(card, lines, ground, stroke, 0, INNER)
    card.quantize(32).save(HERE / "card.png", optimize=True)


def strokes(path: str) -> list[list[tuple[float, float]]]:
    """An SVG path of the commands M, q, t and h -> its lines, as points close to each other."""
    words = re.findall(r"[Mqth]|-?\d*\.?\d+", path.replace(",", " "))
    lines: list[list[tuple[float, float]]] = []
    at, control, command = (0.0, 0.0), (0.0, 0.0), ""

    def take(count: int) -> list[float]:
        return [float(words.pop(0)) for _ in range(count)]

    while words:
        if words[0].isalpha():
            command = words.pop(0)
        if command == "M":
            at = control = tuple(take(2))
            lines.append([at])
            continue
        if command == "h":
            at = control = (at[0] + take(1)[0], at[1])
            lines[-1].append(at)
            continue
        if command == "q":
            x, y = take(2)
            control = at[0] + x, at[1] + y
        else:  # t: the control point is the last one's mirror image
            control = 2 * at[0] - control[0], 2 * at[1] - control[1]
        x, y = take(2)
        end = at[0] + x, at[1] + y
        for step in range(1, STEPS + 1):
            share = step / STEPS
            lines[-1].append(
                tuple(
                    (1 - share) ** 2 * a + 2 * share * (1 - share) * b + share**2 * c
                    for a, b, c in zip(at, control, end, strict=True)
                )
            )
        at = end
    return lines


def logo(
    picture: Image.Image, lines: list, ground: str, stroke: str, corner: float, share: float = 1
) -> None:
    """The logo in the middle of the picture, its side that share of the picture's shorter one."""
    side = round(min(picture.size) * share)
    scale = side * FINER / SIDE
    large = Image.new("RGBA", (side * FINER, side * FINER))
    pen = ImageDraw.Draw(large)
    pen.rounded_rectangle((0, 0, *large.size), corner * scale, ground)
    for line in lines:
        points = [(x * scale, y * scale) for x, y in line]
        pen.line(points, stroke, round(2 * scale), "curve")
        for x, y in points:  # round ends and joints
            pen.ellipse((x - scale, y - scale, x + scale, y + scale), stroke)
    small = large.resize((side, side), Image.Resampling.BOX)
    place = (picture.width - side) // 2, (picture.height - side) // 2
    if picture.mode == "RGBA":
        picture.alpha_composite(small, place)
    else:
        picture.paste(small, place, small)


if __name__ == "__main__":
    main()
