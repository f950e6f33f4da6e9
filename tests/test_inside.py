"""Every stage of every shipped graph, computed again from the shipped weights."""

import numpy as np
import pytest

from models import kernels as kernels_module
from models.classifier import load
from models.inside import arithmetic, walk
from models.kernels import kernels
from models.layers import NETWORKS
from models.sessions import BrokenModel
from models.specs import MODELS
from models.specs import spec as spec_of

NAMES = [name for name, spec in MODELS.items() if spec.graph.exists()]
CLOSE = 1e-4


@pytest.fixture(scope="module")
def image() -> np.ndarray:
    """A ring and a bar with soft edges, and some noise so that no map is flat."""
    y, x = np.mgrid[:28, :28]
    ring = np.clip(2.5 - np.abs(np.hypot(x - 14, y - 10) - 6), 0, 1)
    bar = np.clip(2 - np.abs(x - 17) + 0 * y, 0, 1) * ((y > 9) & (y < 25))
    noise = np.random.default_rng(28).uniform(0, 0.1, (28, 28))
    return np.clip(ring + bar + noise, 0, 1).astype(np.float32)


@pytest.fixture(scope="module", params=NAMES)
def name(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def stages(name, image):
    return walk(name, image)


def places(shape) -> list[tuple[int, ...]]:
    """Corners, edges and random places, at least one in every map."""
    if len(shape) == 1:
        return [(i,) for i in range(min(shape[0], 200))]
    maps, height, width = shape
    random = np.random.default_rng(7)
    found = [(c, random.integers(height), random.integers(width)) for c in range(maps)]
    corners = [(0, 0), (0, width - 1), (height - 1, 0), (height - 1, width - 1)]
    return found + [(maps - 1, *corner) for corner in corners]


def test_every_value_is_what_its_arithmetic_says(stages):
    for stage in stages[1:]:
        for place in places(stage.values.shape):
            how = arithmetic(stages, stage.name, place)
            assert how.shown == stage.values[place]
            assert how.result == pytest.approx(how.shown, abs=CLOSE, rel=CLOSE), (stage.name, place)


def test_stages_are_all_that_the_graph_has_and_in_its_order(name, stages):
    from_graph = [stage.name for stage in stages[1:] if stage.from_graph]
    assert sorted(from_graph) == sorted((*load(name).stages, "logits", "probabilities"))
    assert [stage.name for stage in stages][-2:] == ["logits", "probabilities"]


def test_stages_hold_the_numbers_of_the_graph(name, stages, image):
    outputs = load(name).run(image[np.newaxis, np.newaxis])
    for stage in stages:
        if stage.from_graph and stage.kind != "input":
            np.testing.assert_array_equal(stage.values, outputs[stage.name][0])
        assert np.isfinite(stage.values).all()


def test_sizes_follow_from_kernel_padding_and_stride(stages):
    sizes = {stage.name: stage.values.shape for stage in stages}
    for stage in stages:
        if not stage.kernel:
            continue
        before = sizes[stage.sources[0]][1]
        expected = (before + 2 * stage.padding - stage.kernel) // stage.stride + 1
        assert stage.values.shape[1:] == (expected, expected)


def test_the_tutorials_shapes(image):
    shapes = [s.values.shape for s in walk("mnist_tutorial", image) if s.kind != "relu"]
    assert shapes == [
        (1, 28, 28), (32, 28, 28), (32, 14, 14), (64, 14, 14), (64, 7, 7), (3136,), (10,), (10,),
    ]  # fmt: skip
    shapes = [s.values.shape for s in walk("fashion_mnist_tutorial", image) if s.kind != "relu"]
    assert shapes == [
        (1, 28, 28), (1, 28, 28), (10, 24, 24), (10, 12, 12), (20, 8, 8), (20, 4, 4), (320,),
        (50,), (10,), (10,),
    ]  # fmt: skip


def test_products_of_the_last_layer_add_up_to_the_logit(stages):
    for label in range(10):
        how = arithmetic(stages, "logits", (label,))
        assert how.inputs.shape == how.weights.shape
        total = float((how.inputs.astype(np.float64) * how.weights).sum()) + how.bias
        assert total == pytest.approx(how.shown, abs=CLOSE, rel=CLOSE)


def test_a_window_over_the_edge_holds_zeros_there(stages):
    for stage in stages:
        if stage.padding:
            how = arithmetic(stages, stage.name, (0, 0, 0))
            assert how.corner == (-stage.padding, -stage.padding)
            assert not how.inputs[:, 0].any()
            assert not how.inputs[:, :, 0].any()


def test_what_is_not_there_is_refused(image):
    stages = walk("mnist_tutorial", image)
    with pytest.raises(KeyError, match="conv1"):
        arithmetic(stages, "conv9", (0, 0, 0))
    with pytest.raises(KeyError):
        arithmetic(stages, "input", (0, 0, 0))
    for place in [(32, 0, 0), (0, 28, 0), (0, 0, -1), (0, 0), (0,)]:
        with pytest.raises(IndexError):
            arithmetic(stages, "conv1", place)
    with pytest.raises(KeyError, match="mnist_tutorial"):
        walk("alexnet", image)
    with pytest.raises(ValueError, match="float32"):
        walk("mnist_tutorial", image.astype(np.float64))


def test_other_weights_than_the_graphs_are_refused(monkeypatch):
    monkeypatch.setattr(kernels_module, "sha256", lambda content: "0" * 64)
    with pytest.raises(BrokenModel, match=r"export/to_onnx\.py mnist_tutorial"):
        kernels.__wrapped__("mnist_tutorial")


def test_every_network_has_its_layers():
    assert set(NETWORKS) == {spec_of(name).network for name in MODELS}
