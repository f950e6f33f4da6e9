"""Many made-up pages at once, kept between runs (train/pictures/pages.py makes one)."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from train.pictures import data, pages, people, strokes
from train.pictures.cache import cached
from train.pictures.photos import NEITHER, neither_files
from train.pictures.writing import Hands

AT_ONCE = 250  # pages that a process makes with one generator
HELD_OUT = 5000  # of MNIST's training pictures, as train/robust.py holds them out
PREPARE = tuple(
    f"train/pictures/{name}.py"
    for name in (
        "camera", "hand", "letters", "page_sets", "pages", "papers", "people", "scribbles",
        "shapes", "strokes", "styles", "writing",
    )
)  # fmt: skip


def hands(root, part: str) -> Hands:
    """Shapes of a part, "train" or "validation": other digits, other writers."""
    scans, labels = data.load("mnist", root, train=True)
    some = slice(0, -HELD_OUT) if part == "train" else slice(-HELD_OUT, None)
    try:
        drawings = [(digit.label, digit.strokes) for digit in strokes.read_split(root, part)]
    except FileNotFoundError as missing:
        print(f"{missing} Going on without: pen strokes on paper will be found less well.")
        drawings = []
    return Hands(scans[some, 0].numpy(), labels[some].numpy(), drawings)


def things(root, part: str) -> list[np.ndarray]:
    """Pictures of other things and of clothes, uint8 RGB (SIDE, SIDE, 3): what shows no writing."""
    found = []
    for name, source in (("other things", people.others), ("clothes", people.photos)):
        try:
            for path, _ in tqdm(source(root, part), desc=f"{name} ({part})"):
                picture = cv2.imread(str(path), cv2.IMREAD_REDUCED_COLOR_2)[..., ::-1]
                found.append(_square(picture))
        except FileNotFoundError as missing:
            print(f"{missing} Going on without: other pictures will be turned away less often.")
    try:
        found += [_square(small) for small in neither_files(root)[NEITHER[part]]]
    except FileNotFoundError as missing:
        print(f"{missing} Going on without.")
    return found


def _square(picture: np.ndarray) -> np.ndarray:
    """The whole picture, stretched: a look does not know what is round."""
    side = (pages.SIDE, pages.SIDE)
    return cv2.resize(np.ascontiguousarray(picture), side, interpolation=cv2.INTER_LINEAR)


@cached(files=PREPARE)
def page_set(root, part: str, written: int, others: int, seed: int):
    """That many pages with writing and that many pictures without.

    Returns:
        pictures uint8 (N, S, S, 3), ink uint8 (N, S, S), what they show uint8 (N,), see pages.py.
    """
    jobs = [(written, True), (others, False)]
    jobs = [
        (seed, part, index, min(AT_ONCE, count - start), is_written)
        for count, is_written in jobs
        for index, start in enumerate(range(0, count, AT_ONCE))
    ]
    shared = (hands(root, part), things(root, part))
    context = get_context("fork" if Path("/proc").exists() else "spawn")
    with ProcessPoolExecutor(2, context, _share, shared) as pool:
        made = list(tqdm(pool.map(_some, jobs), total=len(jobs), desc=f"pages ({part})"))
    return tuple(np.concatenate(arrays) for arrays in zip(*made, strict=True))


_shared: tuple = ()


def _share(*shared) -> None:
    global _shared
    _shared = shared
    cv2.setNumThreads(1)


def _some(job: tuple) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    seed, part, index, count, is_written = job
    hands, photos = _shared
    rng = np.random.default_rng((seed, part == "train", index, is_written))
    made = [
        pages.made_up(hands, photos, rng) if is_written else pages.without_ink(photos, rng)
        for _ in range(count)
    ]
    return (
        np.stack([page.picture for page in made]),
        np.stack([page.ink for page in made]),
        np.array([page.shows for page in made], np.uint8),
    )
