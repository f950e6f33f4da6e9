"""Digits that people drew with a pen: read, split by writer, and turned into training pictures.

The file is `pendigits-orig.tra` of E. Alpaydin and F. Alimoglu, "Pen-Based Recognition of
Handwritten Digits", 1998, UCI Machine Learning Repository, https://archive.ics.uci.edu/dataset/81
(CC BY 4.0): 7,494 digits of 30 writers in UNIPEN text, points every 100 ms, y pointing up.

Who wrote what. `.COMMENT a b c` holds the digit a, a number b of 30 values with 247 to 250 digits
each, and a number c of 1 to 250 that repeats within no b. So b should be the writer. Drawings bear
it out: the most alike drawing of the same digit has the same b for 53 % of all, where chance gives
3.3 %. The file's order is mixed (neighbours share b as often as chance has it), so consecutive
blocks of it are not one writer's, and a split by blocks would let every writer into every part.
`python train/strokes.py` prints these figures.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from train.hand import Drawing, distort, pictures, random_render

FILE = Path("pendigits") / "pendigits-orig.tra"
SCORED_CANVAS = 400  # side of the canvases that networks are scored on
PARTS = {"train": 24, "validation": 3, "test": 3}  # writers in each
PARTS_SEED = 28


@dataclass(frozen=True)
class PenDigit:
    """One digit as its writer drew it: strokes (points, 2) of x, y with y pointing down."""

    label: int
    writer: int
    strokes: Drawing


def parse(text: str) -> list[PenDigit]:
    """Read UNIPEN text as the file above has it; drawings without a point are left out.

    Raises:
        ValueError: the text is not of that kind.
    """
    digits = []
    for number, segment in enumerate(text.split(".SEGMENT DIGIT")[1:], 1):
        try:
            label = int(segment.split('"')[1])
            comment = segment.split(".COMMENT")[1].splitlines()[0].split()
            parts = [part.split(".PEN_UP")[0].split() for part in segment.split(".PEN_DOWN")[1:]]
            strokes = [np.array(part, float).reshape(-1, 2) * (1, -1) for part in parts if part]
            writer = int(comment[1])
        except (IndexError, ValueError) as error:
            raise ValueError(f"Drawing {number} of the pen-digit file cannot be read.") from error
        if strokes:
            digits.append(PenDigit(label, writer, strokes))
    return digits


def read(root: str | Path) -> list[PenDigit]:
    """All drawings under the data folder `root`.

    Raises:
        FileNotFoundError: the file is not there; the message says where it comes from.
    """
    path = Path(root) / FILE
    if not path.is_file():
        raise FileNotFoundError(
            f"There are no pen strokes at {path}: download 'Pen-Based Recognition of Handwritten "
            "Digits' from https://archive.ics.uci.edu/dataset/81 (CC BY 4.0), unpack "
            "pendigits-orig.tra.Z and put pendigits-orig.tra there."
        )
    return parse(path.read_text(encoding="ascii", errors="replace"))


def writers(digits: list[PenDigit], split: str) -> set[int]:
    """The writers of one part: "train", "validation" or "test". No writer is in two."""
    if split not in PARTS:
        raise KeyError(f"There is no part {split!r}. The parts are: {', '.join(PARTS)}.")
    everyone = sorted({digit.writer for digit in digits})
    mixed = np.random.default_rng(PARTS_SEED).permutation(everyone).tolist()
    start = sum(list(PARTS.values())[: list(PARTS).index(split)])
    return set(mixed[start : start + PARTS[split]])


def read_split(root: str | Path, split: str) -> list[PenDigit]:
    """The drawings of one part's writers. Raises as read() and writers() do."""
    digits = read(root)
    chosen = writers(digits, split)
    return [digit for digit in digits if digit.writer in chosen]


def stroke_pictures(
    root: str | Path, split: str, copies: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Pictures for training or validation from real drawings, `copies` of each.

    "train": distorted as other hands would.
    "validation", "test": as drawn. Always at a random place and size with a random pen.

    Returns:
        images uint8 (N, 28, 28) ready for a network, and labels int64 (N,), in mixed order.
    """
    rng = np.random.default_rng((seed, list(PARTS).index(split)))
    digits = read_split(root, split)
    order = rng.permutation(np.tile(np.arange(len(digits)), copies))
    drawings = [digits[index].strokes for index in order]
    if split == "train":
        drawings = [distort(drawing, rng) for drawing in drawings]
    labels = np.array([digits[index].label for index in order], np.int64)
    return pictures(drawings, rng), labels


def canvases(root: str | Path, split: str, seed: int) -> tuple[list[np.ndarray], np.ndarray]:
    """The real drawings of one part, each once, on a person's canvas.

    Returns:
        a list of uint8 (400, 400), black on white, random place, size and pen; labels int64 (N,).
    """
    rng = np.random.default_rng((seed, 400))
    digits = read_split(root, split)
    drawn = [255 - random_render(digit.strokes, SCORED_CANVAS, rng) for digit in digits]
    return drawn, np.array([digit.label for digit in digits], np.int64)
