"""The numbers that a network learnt, as its graph uses them: batch normalisation folded in."""

from functools import cache

import numpy as np
from safetensors.numpy import load as read_arrays

from models.classifier import load
from models.layers import NETWORKS, Layer
from models.sessions import BrokenModel, sha256
from models.specs import spec

NORM_EPSILON = 1e-5  # torch's default, added to the variance


@cache
def kernels(name: str) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """The parameters of that model, layer by layer.

    Returns:
        Layer's name -> (weight, bias), both float32. "conv": (out, in, k, k) and (out,);
        "linear": (out, in) and (out,); "normalise": deviation () and mean ().

    Raises:
        KeyError: no model has that name.
        BrokenModel: the weights are missing, or are not those that the graph was made from.
    """
    model, graph = spec(name), load(name)
    try:
        content = model.weights.read_bytes()
    except OSError as error:
        raise BrokenModel(f"{model.weights} is missing: restore it, or train it anew.") from error
    if sha256(content) != graph.metadata["weights_sha256"]:
        raise BrokenModel(
            f"{model.weights} are not the weights that {model.graph} was made from: "
            f"write it anew with: python export/to_onnx.py {name}"
        )
    arrays = read_arrays(content)
    return {
        layer.name: _parameters(layer, arrays)
        for layer in NETWORKS[model.network]
        if layer.kind in ("conv", "linear", "normalise")
    }


def _parameters(layer: Layer, arrays: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    if layer.kind == "normalise":
        return arrays["normalise.deviation"], arrays["normalise.mean"]
    weight = arrays[f"{layer.weights}.weight"].astype(np.float64)
    bias = arrays.get(f"{layer.weights}.bias", np.zeros(len(weight))).astype(np.float64)
    if layer.norm:
        gamma, beta, mean, variance = (
            arrays[f"{layer.norm}.{word}"].astype(np.float64)
            for word in ("weight", "bias", "running_mean", "running_var")
        )
        scale = gamma / np.sqrt(variance + NORM_EPSILON)
        weight = weight * scale[:, np.newaxis, np.newaxis, np.newaxis]
        bias = (bias - mean) * scale + beta
    return weight.astype(np.float32), bias.astype(np.float32)
