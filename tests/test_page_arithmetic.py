"""Every stage of every shipped graph, computed again by the page's own arithmetic (in node)."""

import numpy as np
import pytest

from models.classifier import load
from models.specs import MODELS
from tests.page_numbers import CATALOGUE, explain

NAMES = [name for name, spec in MODELS.items() if spec.graph.exists()]
CLOSE = 1e-4


@pytest.fixture(scope="module")
def image() -> np.ndarray:
    """A ring and a bar with soft edges, and some noise so that no map is flat."""
    y, x = np.mgrid[:28, :28]
    ring = np.clip(2.5 - np.abs(np.hypot(x - 14, y - 10) - 6), 0, 1)
    bar = np.clip(2 - np.abs(x - 17) + 0 * y, 0, 1) * ((y > 9) & (y < 25))
    noise = np.random.default_rng(28).uniform(0, 0.1, (28, 28))
    greys = np.rint(255 * np.clip(ring + bar + noise, 0, 1))
    return (greys / 255).astype(np.float32)


@pytest.fixture(scope="module", params=NAMES)
def name(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def outputs(name, image):
    return load(name).run(image[np.newaxis, np.newaxis])


@pytest.fixture(scope="module")
def found(name, image):
    layers = CATALOGUE["models"][name]["layers"]
    return explain(name, image, {layer["name"]: places(layer["shape"]) for layer in layers})


def places(shape) -> list[int]:
    """Corners, edges and random places, at least one in every map."""
    if len(shape) == 1:
        return list(range(min(shape[0], 200)))
    maps, height, width = shape
    random = np.random.default_rng(7)
    found = [(c, random.integers(height), random.integers(width)) for c in range(maps)]
    corners = [(0, 0), (0, width - 1), (height - 1, 0), (height - 1, width - 1)]
    found += [(maps - 1, *corner) for corner in corners]
    return [int(np.ravel_multi_index(place, shape)) for place in found]


def test_every_value_is_what_its_arithmetic_says(found):
    """A stage that the page computes is checked by the next one that the graph gives."""
    for stage in found["stages"][1:]:
        for how in found["explained"][stage["name"]]:
            close = pytest.approx(how["shown"], abs=CLOSE, rel=CLOSE)
            assert how["result"] == close, stage["name"]


def test_stages_are_all_that_the_graph_has_and_in_its_order(name, found, outputs):
    names = [stage["name"] for stage in found["stages"]]
    assert names[0] == "input"
    assert names[-2:] == ["logits", "probabilities"]
    assert set(outputs) - {"energy"} <= set(names)


def test_stages_hold_the_numbers_of_the_graph(found, outputs):
    for stage in found["stages"]:
        values = np.array(stage["values"], np.float32)
        assert np.isfinite(values).all()
        assert values.size == np.prod(stage["shape"])
        if stage["name"] in outputs:
            np.testing.assert_array_equal(values, outputs[stage["name"]].ravel())


def test_sizes_follow_from_kernel_padding_and_stride(found):
    by_name = {stage["name"]: stage for stage in found["stages"]}
    for stage in found["stages"]:
        if not stage["kernel"]:
            continue
        before = by_name[stage["sources"][0]]["height"]
        expected = (before + 2 * stage["padding"] - stage["kernel"]) // stage["stride"] + 1
        assert (stage["height"], stage["width"]) == (expected, expected)


@pytest.mark.parametrize("shapes", [
    {"mnist_tutorial": [
        [1, 28, 28], [32, 28, 28], [32, 14, 14], [64, 14, 14], [64, 7, 7], [3136], [10], [10],
    ]},
    {"fashion_mnist_tutorial": [
        [1, 28, 28], [1, 28, 28], [10, 24, 24], [10, 12, 12], [20, 8, 8], [20, 4, 4], [320],
        [50], [10], [10],
    ]},
])  # fmt: skip
def test_the_tutorials_shapes(image, shapes):
    [(name, expected)] = shapes.items()
    stages = explain(name, image, {})["stages"]
    assert [stage["shape"] for stage in stages if stage["op"] != "relu"] == expected


def test_products_of_the_last_layer_add_up_to_the_logit(found):
    assert len(found["explained"]["logits"]) == 10
    for how in found["explained"]["logits"]:
        total = float(np.dot(how["inputs"], how["weights"])) + how["bias"]
        assert total == pytest.approx(how["shown"], abs=CLOSE, rel=CLOSE)


def test_a_window_over_the_edge_holds_zeros_there(name, image):
    padded = [layer for layer in CATALOGUE["models"][name]["layers"] if layer.get("padding")]
    explained = explain(name, image, {layer["name"]: [0] for layer in padded})["explained"]
    for layer in padded:
        (how,) = explained[layer["name"]]
        window = np.reshape(how["inputs"], how["shape"])
        assert how["corner"] == [-layer["padding"]] * 2
        assert not window[:, 0].any() and not window[:, :, 0].any()
