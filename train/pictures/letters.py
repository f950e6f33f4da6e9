"""Letters that no digit resembles, as strokes.

Left out because people write digits that look the same: B (8), D O Q (0), G b (6), I J l (1),
L U V, S (5), Z z (2), T (7), Y y (4), g q (9).
"""

import numpy as np

from train.pictures.hand import Drawing, Generator, curve, line

# Ways to write each: strokes apart by "|", points "x,y" (y down), "~" before a stroke: a curve.
LETTERS = {
    "A": ("0,1 .5,0 1,1|.2,.6 .8,.6", "0,1 .5,0|.5,0 1,1|.15,.65 .85,.65"),
    "E": (".7,0 0,0 0,1 .7,1|0,.5 .6,.5", "0,0 0,1|0,0 .7,0|0,.5 .6,.5|0,1 .7,1"),
    "F": ("0,1 0,0 .7,0|0,.48 .55,.48", "0,0 0,1|0,0 .7,0|0,.5 .6,.5"),
    "H": ("0,0 0,1|.7,0 .7,1|0,.5 .7,.5", "0,0 0,1 0,.5 .7,.5 .7,0 .7,1"),
    "K": ("0,0 0,1|.7,0 0,.55|.15,.45 .7,1", "0,0 0,1|.65,0 .05,.5 .7,1"),
    "M": ("0,1 .1,0 .5,.65 .9,0 1,1", "0,1 0,0 .5,.6 1,0 1,1", "~0,1 .08,0 .4,.9 .7,0 .9,1"),
    "N": ("0,1 0,0 .75,1 .75,0", "0,0 0,1|0,0 .75,1|.75,1 .75,0"),
    "P": ("0,0 0,1|~0,.02 .5,.0 .65,.25 .45,.5 0,.5",),
    "R": ("0,0 0,1|~0,.02 .5,0 .6,.22 .45,.45 0,.5|.1,.5 .7,1",),
    "W": ("0,0 .25,1 .5,.3 .75,1 1,0", "~0,0 .1,.8 .3,1 .5,.3 .7,1 .95,.8 1,0"),
    "X": ("0,0 .8,1|.8,0 0,1",),
    "f": ("~.6,.1 .4,0 .28,.2 .28,.6 .25,1|0,.45 .55,.45",),
    "k": ("0,0 0,1|.5,.4 0,.72|.1,.65 .55,1",),
    "m": ("0,0 0,1|~0,.4 .2,.05 .38,.3 .4,1|~.4,.4 .65,.05 .8,.3 .82,1",),
    "n": ("0,0 0,1|~0,.4 .3,.02 .6,.15 .65,1",),
    "w": ("~0,0 .1,.8 .3,.95 .48,.2 .6,.9 .85,.85 .9,0",),
    "ㅂ": ("0,0 0,1|.7,0 .7,1|0,.45 .7,.45|0,1 .7,1",),
    "ㅍ": ("0,0 1,0|.3,0 .32,.8|.7,0 .68,.8|0,.8 1,.8",),
    "ㅈ": ("0,0 .9,0 .45,.35 0,1|.45,.4 .95,1", "0,0 .9,0|.45,0 .4,.4 0,1|.45,.4 .95,1"),
    "ㅎ": (".3,0 .7,0|0,.25 1,.25|~.5,.4 .15,.7 .5,1 .85,.7 .5,.4",),
    "ㅆ": (".3,0 0,1|.2,.4 .5,1|.75,0 .5,1|.7,.4 1,1",),
}


def letter(name: str, rng: Generator) -> Drawing:
    """One letter, its corners moved at random and its width varied.

    Raises:
        KeyError: there is no program for it; the message lists those that exist.
    """
    if name not in LETTERS:
        raise KeyError(f"There is no letter {name!r}. The letters are: {', '.join(LETTERS)}.")
    ways = LETTERS[name]
    aspect = np.array((rng.uniform(0.75, 1.15), 1.0))
    drawing = []
    for stroke in ways[rng.integers(len(ways))].split("|"):
        points = [
            [float(value) for value in point.split(",")] for point in stroke.strip("~").split()
        ]
        points = np.array(points) * aspect + rng.normal(0, 0.035, (len(points), 2))
        drawing.append(curve(*points) if stroke.startswith("~") else line(*points))
    return drawing
