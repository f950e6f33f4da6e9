"""The pen digits that the page shows a drawing among, as it ships them."""

from pathlib import Path

import numpy as np
from PIL import Image

FOLDER = Path(__file__).resolve().parents[1] / "page" / "why"
COLUMNS = 50


def pictures() -> np.ndarray:
    """uint8 (N, 28, 28), 200 of each digit in order."""
    sheet = np.asarray(Image.open(FOLDER / "digits.png").convert("L"))
    rows = sheet.reshape(-1, 28, COLUMNS, 28).transpose(0, 2, 1, 3)
    return rows.reshape(-1, 28, 28)
