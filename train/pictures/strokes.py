"""Digits that people drew with a pen: read, split by writer, and turned into training pictures.

The file is `pendigits-orig.tra` of E. Alpaydin and F. Alimoglu, "Pen-Based Recognition of
Handwritten Digits", 1998, UCI Machine Learning Repository, https://archive.ics.uci.edu/dataset/81
(CC BY 4.0): 7,494 digits of 30 writers in UNIPEN text, points every 100 ms, y pointing up.

Who wrote what. `.COMMENT a b c` holds the digit a, a number b of 30 values with 247 to 250 digits
each, and a number c of 1 to 250 that repeats within no b. So b should be the writer. Drawings bear
it out: the most alike drawing of the same digit has the same b for 53 % of all, where chance gives
3.3 %. The file's order is mixed (neighbours share b as often as chance has it), so consecutive
blocks of it are not one writer's, and a split by blocks would let every writer into every part.
`python train/pictures/strokes.py DATA_DIR` prints these figures.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # run as a script: find the project

import numpy as np

from train.pictures.data import check
from train.pictures.hand import Drawing, distort, pictures, random_render, resample, to_unit
from train.pictures.styles import restyle

FILE = Path("pendigits") / "pendigits-orig.tra"
SCORED_CANVAS = 400  # side of the canvases that networks are scored on
PARTS = {"train": 24, "validation": 3, "test": 3}  # writers in each
PARTS_SEED = 28
RESTYLED = 0.25  # share of the training drawings that get a style their writer lacks


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
        SystemExit: it is not the file that was published.
    """
    path = Path(root) / FILE
    if not path.is_file():
        raise FileNotFoundError(
            f"There are no pen strokes at {path}: download 'Pen-Based Recognition of Handwritten "
            "Digits' from https://archive.ics.uci.edu/dataset/81 (CC BY 4.0), unpack "
            "pendigits-orig.tra.Z and put pendigits-orig.tra there."
        )
    check(Path(root), FILE.as_posix())
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

    "train": distorted as other hands would, a share restyled (train/pictures/styles.py).
    "validation", "test": as drawn. Always at a random place and size with a random pen.

    Returns:
        images uint8 (N, 28, 28) ready for a network, and labels int64 (N,), in mixed order.
    """
    rng = np.random.default_rng((seed, list(PARTS).index(split)))
    digits = read_split(root, split)
    order = rng.permutation(np.tile(np.arange(len(digits)), copies))
    drawings = [digits[index].strokes for index in order]
    labels = np.array([digits[index].label for index in order], np.int64)
    if split == "train":
        drawings = [
            restyle(label, drawing, rng) if rng.random() < RESTYLED else drawing
            for label, drawing in zip(labels.tolist(), drawings, strict=True)
        ]
        drawings = [distort(drawing, rng) for drawing in drawings]
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


def alike_share(digits: list[PenDigit], group: np.ndarray) -> float:
    """How many drawings have the most alike drawing of the same digit in their own group, 0..1.

    Alike: the least squared distance between 16 points along the drawings, both in a unit box.
    """
    places = np.arange(16) / 15
    alike = 0
    for label in range(10):
        index = np.flatnonzero([digit.label == label for digit in digits])
        paths = []
        for i in index:
            path = resample(to_unit([np.concatenate(digits[i].strokes)])[0], 0.01)
            paths.append(path[np.round(places * (len(path) - 1)).astype(int)].ravel())
        path = np.array(paths)
        length = np.square(path).sum(1)
        apart = length[:, None] + length - 2 * path @ path.T
        np.fill_diagonal(apart, np.inf)
        alike += int((group[index[apart.argmin(1)]] == group[index]).sum())
    return alike / len(digits)


def main() -> None:
    try:
        digits = read(sys.argv[1] if len(sys.argv) > 1 else "data")
    except FileNotFoundError as missing:
        sys.exit(str(missing))
    writer = np.array([digit.writer for digit in digits])
    block = np.arange(len(digits)) * 30 // len(digits)
    print(f"{len(digits)} digits of {len(set(writer))} writers; the most alike of a digit is")
    print(f"  by the same writer for {alike_share(digits, writer):.1%}, by chance {1 / 30:.1%}")
    print(f"  in the same 30th of the file for {alike_share(digits, block):.1%}")
    for split in PARTS:
        print(f"{split}: writers {sorted(writers(digits, split))}")


if __name__ == "__main__":
    main()
