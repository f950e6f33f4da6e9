"""The layers of the catalogue: with the shipped weights they compute every stage of the graphs."""

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from export.layers import layers
from models import catalogue
from models.classifier import ANSWERS, load
from models.specs import FOLDER, MODELS
from train.networks import NETWORKS

ENTRIES = catalogue.read()["models"]
CLOSE = 1e-4


def computed(layer: dict, inputs: list[Tensor], weights: dict[str, Tensor], temperature: float):
    """The output of a layer for one picture, from what the catalogue says of it alone."""
    first, learnt = inputs[0], layer["weights"]
    match layer["op"]:
        case "normalise":
            return (first - weights[f"{learnt}.mean"]) / weights[f"{learnt}.deviation"]
        case "conv":
            sides = {"stride": layer["stride"], "padding": layer["padding"]}
            bias = weights.get(f"{learnt}.bias")
            return normed(
                functional.conv2d(first, weights[f"{learnt}.weight"], bias, **sides),
                weights, layer["norm"],
            )  # fmt: skip
        case "relu":
            return first.relu()
        case "max":
            return functional.max_pool2d(first, layer["kernel"], layer["stride"])
        case "average":
            return functional.avg_pool2d(first, layer["kernel"], layer["stride"])
        case "add":
            return first + inputs[1]
        case "flatten":
            return first.flatten(1)
        case "linear":
            return functional.linear(first, *(weights[f"{learnt}.{w}"] for w in ("weight", "bias")))
        case "softmax":
            return torch.softmax(first / temperature, 1)
    raise AssertionError(f"no layer is of the operation {layer['kind']!r}")


def normed(maps: Tensor, weights: dict[str, Tensor], norm: str) -> Tensor:
    if not norm:
        return maps
    words = ("running_mean", "running_var", "weight", "bias")
    return functional.batch_norm(maps, *(weights[f"{norm}.{word}"] for word in words), eps=1e-5)


@pytest.mark.parametrize("name", MODELS)
def test_every_stage_follows_from_the_layers_and_the_weights(name):
    entry = ENTRIES[name]
    weights = load_file(FOLDER / entry["weights"])
    image = np.random.default_rng(28).random((1, 1, 28, 28), np.float32)
    told = load(name).run(image)
    assert list(told) == list(entry["outputs"])
    values, mirrored = {"input": torch.from_numpy(image)}, {}
    mirrored["input"] = values["input"].flip(3)
    compared = 0
    for layer in entry["layers"]:
        for way in (values, mirrored):
            inputs = [way[source] for source in layer["sources"]]
            if layer["op"] == "mirror":
                both = values[layer["sources"][0]], mirrored[layer["sources"][0]]
                way[layer["name"]] = (both[0] + both[1]) / 2
            else:
                way[layer["name"]] = computed(layer, inputs, weights, entry["temperature"])
        value = values[layer["name"]]
        assert list(value.shape[1:]) == layer["shape"]
        if layer["name"] in told:
            np.testing.assert_allclose(told[layer["name"]], value, atol=CLOSE, rtol=CLOSE)
            assert entry["outputs"][layer["name"]] == layer["shape"]
            compared += 1
    assert compared == len(told) - 1  # all but energy, which is no layer
    assert [layer["name"] for layer in entry["layers"]][-2:] == list(ANSWERS[:2])


@pytest.mark.parametrize("name", MODELS)
def test_layers_count_all_that_was_learnt(name):
    entry = ENTRIES[name]
    assert sum(layer["parameters"] for layer in entry["layers"]) == entry["parameters"]


def test_the_tutorials_shapes():
    shapes = {
        name: [tuple(layer["shape"]) for layer in ENTRIES[name]["layers"] if layer["op"] != "relu"]
        for name in ("mnist_tutorial", "fashion_mnist_tutorial")
    }
    assert shapes["mnist_tutorial"] == [
        (32, 28, 28), (32, 14, 14), (64, 14, 14), (64, 7, 7), (3136,), (10,), (10,),
    ]  # fmt: skip
    assert shapes["fashion_mnist_tutorial"] == [
        (1, 28, 28), (10, 24, 24), (10, 12, 12), (20, 8, 8), (20, 4, 4), (320,), (50,), (10,),
        (10,),
    ]  # fmt: skip


def test_a_block_knows_its_layers():
    found = {layer.name: layer for layer in layers(NETWORKS["DigitResNet"]())}
    block = [layer.name for layer in found.values() if layer.block == "block1"]
    assert block == [
        "block1_conv1", "block1_relu1", "block1_conv2", "block1_shortcut_conv", "block1_add",
        "block1_relu2",
    ]  # fmt: skip
    assert found["block1_add"].sources == ("block1_conv2", "block1_shortcut_conv")
    assert found["block2_add"].sources == ("block2_conv2", "block1_relu2")
    assert found["block1_shortcut_conv"].norm == "block1.shortcut.norm"
    assert found["conv"].sources == ("normalise",) and found["conv"].block == ""


def test_a_layer_of_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="unknown operation"):
        layers(nn.Sequential(nn.Flatten(), nn.Linear(784, 10), nn.Tanh()))
    with pytest.raises(ValueError, match="ends with"):
        layers(nn.Sequential(nn.Flatten()))
