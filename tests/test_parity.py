"""The shipped graphs against torch and against the figures in results.json."""

import numpy as np
import pytest
import torch

from export import to_onnx
from export.parity import PLACE_TOLERANCE, PLACES, TOLERANCE
from export.preprocessing import PREPROCESSING
from models import catalogue, results
from models.classifier import ANSWERS, load
from models.sessions import CUDA
from models.specs import MODELS
from train.networks import NETWORKS
from train.pictures import data
from train.weights import read_weights

ON_GPU = 1e-4  # cuDNN adds up in another order, so the last bits differ more than on the CPU


def network(name: str):
    """The trained torch network, and its temperature."""
    weights, facts = read_weights(MODELS[name].weights)
    net = NETWORKS[MODELS[name].network]()
    net.load_state_dict(weights)
    return net.eval(), facts["temperature"]


@torch.no_grad()
def assert_equal_outputs(name: str, tolerance: float) -> None:
    net, temperature = network(name)
    generator = torch.Generator().manual_seed(1)
    for size in (1, 64):
        image = torch.rand(size, 1, 28, 28, generator=generator)
        image[0] = 0  # a blank one in each batch
        logits = net(image)
        probabilities = torch.softmax(logits / temperature, 1).numpy()
        for outputs in (None, ANSWERS):  # one graph each
            got = load(name).run(image.numpy(), outputs)
            np.testing.assert_array_equal(got["logits"].argmax(1), logits.argmax(1))
            apart = (
                np.abs(got["logits"] - logits.numpy())
                / logits.abs().amax(1, keepdim=True).clamp(min=1).numpy()
            )
            assert apart.max() <= tolerance
            assert np.abs(got["probabilities"] - probabilities).max() <= tolerance
            energy = torch.logsumexp(logits, 1).numpy()
            apart = np.abs(got["energy"] - energy) / np.maximum(1, np.abs(energy))
            assert apart.max() <= tolerance


@pytest.mark.parametrize("name", MODELS)
def test_a_shipped_graph_computes_what_torch_computes(name):
    assert_equal_outputs(name, TOLERANCE)


@pytest.mark.parametrize("name", MODELS)
def test_a_shipped_graph_computes_it_on_the_gpu_too(name):
    if load(name).provider != CUDA:
        pytest.skip("onnxruntime has no CUDA device here; install onnxruntime-gpu on a GPU machine")
    assert_equal_outputs(name, ON_GPU)


@pytest.mark.parametrize("name", [*MODELS, *PREPROCESSING])
def test_what_is_shipped_passes_its_own_check(name, tmp_path):
    for file, figures in to_onnx.check(name, data_dir=tmp_path).items():
        kept = catalogue.read()["files"][file]
        assert (figures["sha256"], figures["bytes"]) == (kept["sha256"], kept["bytes"])
        parity = figures["parity"]
        if name in PREPROCESSING:
            assert parity.pop("compared") >= 8
            for output, apart in parity.items():
                assert apart <= (PLACE_TOLERANCE if output in PLACES else 0)
        else:
            assert parity["probabilities"] <= TOLERANCE
            assert parity["equal"] == parity["compared"] == 66


@pytest.mark.parametrize(
    "graph", sorted({p for spec in MODELS.values() for p in (spec.graph, spec.answer_graph)})
)
def test_every_test_picture_was_compared_before_shipping(graph):
    parity = catalogue.read()["files"][graph.name]["parity"]
    assert parity["test_pictures"] == 10_000
    assert parity["equal"] == parity["compared"] == 10_066


@pytest.mark.parametrize("name", MODELS)
def test_a_shipped_graph_scores_what_results_say(name, data_dir):
    images, labels = data.load(MODELS[name].dataset, data_dir, train=False)
    right = 0
    for some, truth in zip(images.split(500), labels.split(500), strict=True):
        logits = load(name).run(some.numpy().astype(np.float32) / 255, ["logits"])["logits"]
        right += int((logits.argmax(1) == truth.numpy()).sum())
    assert right / len(labels) == results.read()["scores"][name]["test_accuracy"]
