"""Who is learnt from and who judges: photos split by the person who took them, other pictures by
what they show.

One person's photos share floor, lamp and wardrobe, and often show the same garment twice: a split
by file asks a network about clothes that it has seen. The same holds for categories of other
things.

Photos: A. Grigorev and contributors 2020, clothing-dataset (CC0),
https://github.com/alexeygrigorev/clothing-dataset: folders under DATA/photos and people.csv with
`file, person`, made from its images.csv. Neither: F.-F. Li, M. Andreeto, M. Ranzato, P. Perona
2022, Caltech 101 (CC BY 4.0), https://doi.org/10.22002/D1.20086: folders under DATA/neither.
"""

import csv
import hashlib
from pathlib import Path

from train.pictures.data import reading

# Of people and of categories, by a hash of their names: the split stays when some are added.
TEST, VALIDATION = 0.20, 0.14

# folder -> the classes that its photos may be. A polo shirt is somewhere between T-shirt and shirt,
# a hoodie between pullover and coat. The folders that are not here are no garment of the ten.
FOLDERS = {
    "t-shirt": (0,),
    "pants": (1,),
    "longsleeve": (2,),
    "dress": (3,),
    "outwear": (4,),
    "shoes": (5, 7, 9),
    "shirt": (6,),
    "polo": (0, 6),
    "undershirt": (0,),
    "blazer": (4,),
    "hoodie": (2, 4),
    "top": (0,),
    "blouse": (6,),
}
# Those that the app's answer is judged by: one class each, as the first clothing-dataset-small.
JUDGED = ("t-shirt", "pants", "longsleeve", "dress", "outwear", "shoes", "shirt")
OTHER_GARMENTS = ("shorts", "skirt", "body", "other")  # clothes, yet none of the ten
NO_GARMENT = ("hat",)


def part_of(name: str) -> str:
    """ "test", "validation" or "train", always the same for a name."""
    place = int(hashlib.sha256(name.encode()).hexdigest()[:8], 16) / 2**32
    return "test" if place < TEST else "validation" if place < TEST + VALIDATION else "train"


def photos(root: Path | str, part: str) -> list[tuple[Path, str]]:
    """(path, folder) of the photos that people of that part took.

    Raises:
        FileNotFoundError: the photos or who took them are not there.
    """
    folder = Path(root) / "photos"
    table = folder / "people.csv"
    if not table.exists():
        raise FileNotFoundError(
            f"{table} is not there: who took which photo, `file, person`, from images.csv of "
            "https://github.com/alexeygrigorev/clothing-dataset."
        )
    with reading(table), table.open(newline="") as file:
        rows = [(row["file"], row["person"]) for row in csv.DictReader(file)]
    chosen = sorted(name for name, person in rows if part_of(f"person {person}") == part)
    return [(folder / name, name.split("/")[0]) for name in chosen if (folder / name).exists()]


def others(root: Path | str, part: str) -> list[tuple[Path, str]]:
    """(path, category) of the photographs of other things whose category is of that part.

    Raises:
        FileNotFoundError: they are not there; the sentence says where they come from.
    """
    folder = Path(root) / "neither"
    paths = sorted(folder.glob("*/*.jpg"))
    if not paths:
        raise FileNotFoundError(
            f"There are no photographs in {folder}. Put the folders of Caltech 101 "
            "(https://doi.org/10.22002/D1.20086) there."
        )
    return [(p, p.parent.name) for p in paths if part_of(f"category {p.parent.name}") == part]
