"""A torch network -> an ONNX graph with stages, probabilities and metadata inside."""

import json
import logging
import warnings
from collections.abc import Callable, Sequence
from dataclasses import asdict

import onnx
import torch
import torch.fx.experimental.optimization as fx_optimization
from torch import Tensor, nn

from export import layers
from models.classifier import ANSWERS
from models.specs import DATASETS, ModelSpec
from train.networks import MeanOfBoth

OPSET = 20
STAGES = (nn.Conv2d, nn.MaxPool2d, nn.AvgPool2d, nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d)


class Stages(nn.Module):
    """A classifier that also returns what its answer needs and what its layers make of the picture.

    Returns logits (N, 10), probabilities (N, 10) = softmax(logits / temperature), energy (N,) =
    logsumexp(logits), and the output of every convolution and pooling layer in the order of
    execution. `output_names` names them: a stage is called as the layer in the network, with _ for
    the dots.

    Batch normalisation is folded into the convolution before it, so a stage shows what the graph
    computes and the weights in the file are the kernels that computed it. Of a network that looks
    at the mirror image too, stages show the picture, and "mirror" is the mean of both.
    """

    def __init__(self, net: nn.Module, temperature: float):
        super().__init__()
        self.net = fx_optimization.fuse(net.eval())
        self.temperature = temperature
        self._seen: dict[str, Tensor] = {}
        self._count: int | None = None  # of the pictures, without their mirror images
        mirrors = any(isinstance(module, MeanOfBoth) for module in net.modules())
        for path, module in self.net.named_modules():
            if hasattr(module, "inplace"):
                module.inplace = False  # it would overwrite the stage before it
            if isinstance(module, STAGES):
                module.register_forward_hook(self._keeper(path.replace(".", "_"), mirrors))
        if mirrors:
            self.net.fc.register_forward_hook(self._keep_mean)
        with torch.no_grad():
            self(torch.zeros(1, 1, 28, 28))
        self.output_names = (*ANSWERS, *self._seen)
        self._seen.clear()

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        self._seen.clear()
        self._count = len(image)
        logits = self.net(image)
        return *self.answers(logits), *self._seen.values()

    def answers(self, logits: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits, probabilities and energy."""
        return logits, torch.softmax(logits / self.temperature, 1), torch.logsumexp(logits, 1)

    def _keep_mean(self, module, inputs, output):
        self._seen["mirror"] = inputs[0]

    def _keeper(self, name: str, mirrors: bool) -> Callable:
        def keep(module, inputs, output):
            shown = output[: self._count] if mirrors else output
            self._seen[layers.again(name, self._seen)] = shown

        return keep


def to_graph(
    module: nn.Module,
    examples: tuple[Tensor, ...],
    inputs: Sequence[str],
    outputs: Sequence[str],
    axes: tuple[dict[int, str], ...],
) -> onnx.ModelProto:
    """The module as an ONNX graph in memory, weights included.

    Args:
        examples: one for each input. Where an axis may change it must be neither 0 nor 1 long: the
            exporter takes those for constants.
        inputs, outputs: their names.
        axes: for each input, dimension -> name of each that may change.
    """
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # of the exporter, about its own insides
        logging.getLogger("torch.onnx").setLevel(logging.ERROR)
        program = torch.onnx.export(
            module.eval(),
            examples,
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_shapes=axes,
            opset_version=OPSET,
            external_data=False,
            dynamo=True,
            verbose=False,
        )
    return _stripped(program.model_proto)


def only(model: onnx.ModelProto, outputs: tuple[str, ...]) -> onnx.ModelProto:
    """A copy that returns these outputs alone.

    A stage that must be returned cannot be fused with the layer after it, so a graph without
    stages answers faster.
    """
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    kept = [output for output in model.graph.output if output.name in outputs]
    del copy.graph.output[:]
    copy.graph.output.extend(kept)
    return copy


def metadata(spec: ModelSpec, facts: dict, weights_sha256: str) -> dict[str, str]:
    """What a classifier's file says about itself; lists and objects are JSON.

    Args:
        facts: the metadata of the weights file: temperature, rejection_threshold and more.
    """
    sources = [{"key": key, **asdict(DATASETS[key])} for key in spec.datasets]
    about = {
        "name": spec.name,
        "subject": spec.subject,
        "labels": json.dumps(spec.labels),
        "recipe": spec.recipe,
        "network": spec.network,
        "datasets": json.dumps(sources, ensure_ascii=False),
        "licences": json.dumps({source["title"]: source["licence"] for source in sources}),
        "temperature": repr(float(facts["temperature"])),
        "rejection_score": "logsumexp(logits)",
        "weights_sha256": weights_sha256,
    }
    if facts.get("rejection_threshold") is not None:
        about["rejection_threshold"] = repr(float(facts["rejection_threshold"]))
    return about


def set_metadata(graph: onnx.ModelProto, values: dict[str, str]) -> None:
    """Replace the file's metadata_props."""
    onnx.helper.set_model_props(graph, values)


def _stripped(graph: onnx.ModelProto) -> onnx.ModelProto:
    """Without what the exporter notes about its own work: source paths, stack traces, torch names.

    It is larger than the weights of a small network.
    """
    inner = graph.graph
    del graph.metadata_props[:]
    for part in (
        inner,
        *inner.node,
        *inner.input,
        *inner.output,
        *inner.value_info,
        *inner.initializer,
    ):
        part.doc_string = ""
        del part.metadata_props[:]
    del inner.value_info[:]
    return graph
