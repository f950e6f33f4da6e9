"""page/why/digits.*: of the shipped network, small, and near are those that are alike."""

import numpy as np
import pytest
from safetensors.numpy import load_file, safe_open

from export import to_digits
from models.sessions import sha256
from models.specs import DATASETS, spec
from tests.pen_digits import FOLDER, pictures
from train.pictures import strokes


@pytest.fixture(scope="module")
def arrays() -> dict[str, np.ndarray]:
    return load_file(FOLDER / "digits.safetensors")


def test_they_are_of_the_shipped_weights_and_credited():
    with safe_open(FOLDER / "digits.safetensors", "np") as file:
        about = file.metadata()
    weights = sha256(spec(about["network"]).weights.read_bytes())
    assert about["weights_sha256"] == weights, "run: python export/to_digits.py"
    assert DATASETS["pendigits"].licence in about["made_from"]


def test_two_thousand_in_half_a_megabyte(arrays):
    assert np.bincount(arrays["labels"]).tolist() == [200] * 10
    assert sum(path.stat().st_size for path in FOLDER.glob("digits.*")) <= 500_000


def test_the_features_are_those_of_the_pictures_beside_them(arrays):
    found = to_digits.features(pictures())
    stored = arrays["features"] * arrays["scale"]
    assert np.abs(found - stored).max() <= arrays["scale"][0] * 0.51


def test_the_plane_keeps_the_digits_apart(arrays):
    """On it, too, most of a digit's nearest are of its kind."""
    places = (arrays["features"] * arrays["scale"]) @ arrays["projection"]
    order, apart = to_digits.nearest(places[::10], places)
    assert not apart[:, 0].any()  # itself
    agree = to_digits.majority(arrays["labels"][order[:, 1:]]) == arrays["labels"][::10]
    assert agree.mean() > 0.95


def test_other_writers_digits_lie_among_their_like(arrays, data_dir):
    said = to_digits.agreement(data_dir, arrays)
    assert said["digits"] == sum(
        len(strokes.read_split(data_dir, split)) for split in ("validation", "test")
    )
    assert said["agree"] >= 0.9
    assert said["far"] == pytest.approx(float(arrays["far"][0]), rel=0.01)


def test_a_majority_is_the_nearest_of_the_commonest():
    rows = np.array([[3, 5, 5, 3], [1, 2, 2, 2], [7, 8, 9, 4]], np.uint8)
    assert to_digits.majority(rows).tolist() == [3, 2, 7]
