"""The tutorials' networks as graphs without weights: these are inputs, so one graph runs a network
as it was at any moment of its training."""

from collections.abc import Iterator
from pathlib import Path

import onnxruntime
import torch
from safetensors import SafetensorError
from torch import Tensor, nn
from torch.func import functional_call

from export import parity
from models import learning
from models.specs import MODELS, ModelSpec
from train.networks import NETWORKS
from train.weights import read_weights

NAMES = {f"{s.name}{learning.ENDING}": s for s in MODELS.values() if s.recipe == "tutorial"}
OUTPUTS = ("logits", "kernels", "biases")
BATCH = 3  # pictures that are compared at every moment


class Weightless(nn.Module):
    """image (N, 1, 28, 28) and every parameter -> logits (N, 10); and for each picture, as outputs
    of a host are, the first convolution's kernels (N, C, 1, k, k) and biases (N, C)."""

    def __init__(self, net: nn.Module):
        super().__init__()
        self.net = net.eval()
        self.names = tuple(name for name, _ in net.named_parameters())

    def forward(self, image: Tensor, *parameters: Tensor) -> tuple[Tensor, ...]:
        named = dict(zip(self.names, parameters, strict=True))
        logits = functional_call(self.net, named, (image,))
        first = (named[f"conv1.{word}"] for word in ("weight", "bias"))
        return logits, *(_for_each(image, array) for array in first)


def _for_each(image: Tensor, array: Tensor) -> Tensor:
    return array.unsqueeze(0).expand(image.shape[0], *array.shape)


class Moments:
    """What a training run has left of its moments.

    Raises:
        ValueError: the file is missing, damaged, or another network's; one sentence.
    """

    def __init__(self, model: ModelSpec, folder: Path):
        self.weights = folder / f"{model.name}{learning.WEIGHTS}"
        self.module = Weightless(NETWORKS[model.network]())
        try:
            arrays, facts = read_weights(self.weights)
        except (SafetensorError, OSError, ValueError) as error:
            raise ValueError(f"{self.weights} is missing or damaged ({error})") from error
        if facts.get("name") != model.name:
            raise ValueError(f"{self.weights} holds the weights of {facts.get('name')!r}")
        self.steps = sorted({int(name.split("/")[0]) for name in arrays})
        self._arrays = arrays

    def parameters(self, moment: int) -> tuple[Tensor, ...]:
        """float32, in the order of the graph's inputs."""
        names = (learning.array_name(moment, name) for name in self.module.names)
        return tuple(self._arrays[name].float() for name in names)

    def entry(self, model: ModelSpec, sha256: str) -> dict:
        """What the catalogue says of them."""
        with torch.no_grad():
            shown = self.module(torch.zeros(1, 1, 28, 28), *self.parameters(self.steps[0]))
        return {
            "graph": f"{model.name}{learning.GRAPH}",
            "weights": self.weights.name,
            "weights_sha256": sha256,
            "moments": self.steps,
            "outputs": {
                name: list(values.shape[1:]) for name, values in zip(OUTPUTS, shown, strict=True)
            },
        }


@torch.no_grad()
def compare(
    session: onnxruntime.InferenceSession, outputs: tuple[str, ...], moments: Moments
) -> dict:
    """Every output at every moment, on made-up pictures.

    Returns:
        The largest absolute difference of each output, and how many moments were "compared".

    Raises:
        parity.Mismatch: a difference beyond parity.TOLERANCE, or other outputs than these.
    """
    names = parity.outputs_of(session, outputs)
    seen = parity.Differences(names, parity.TOLERANCE)
    for image, given in zip(_pictures(), map(moments.parameters, moments.steps), strict=False):
        expected = moments.module(image, *given)
        got = parity.run(session, names, image, *given)
        for name, value, wanted in zip(names, got, expected, strict=True):
            seen.add(name, name, value, wanted)
    return {**seen.absolute, "compared": len(moments.steps)}


def _pictures() -> Iterator[Tensor]:
    generator = torch.Generator().manual_seed(28)
    while True:
        yield torch.rand(BATCH, 1, 28, 28, generator=generator)
