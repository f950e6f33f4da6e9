"""What each graph is made from: a torch module, its shipped weights, and what they are known by."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import onnx
import onnxruntime
import torch
from safetensors import SafetensorError
from torch import Tensor, nn

from export import graph, layers, learning, looks, parity
from export.looks import LOOKS
from export.preprocessing import PREPROCESSING
from models.classifier import ANSWERS, INPUT
from models.sessions import sha256
from models.specs import ANSWER, DATASETS, MODELS, ModelSpec, spec
from train.networks import NETWORKS, parameters
from train.weights import read_weights

NAMES = (*MODELS, *PREPROCESSING, *LOOKS, *learning.NAMES)


class BadGraph(Exception):
    """A graph cannot be made, or is not what it should be; the message is one sentence."""


@dataclass
class Origin:
    """Where a graph comes from, or the two graphs of a classifier.

    examples, inputs, axes: as export.graph.to_graph() takes them.
    outputs: ending of the file's name -> names of its outputs; the first has all.
    about: the metadata_props it must carry.
    entry: what the catalogue says of it, files apart: one of its parts -> name -> entry.
    finish: what is done to the graph before it is written.
    compare: a session, names of its outputs -> the figures of export/parity.py, or parity.Mismatch.
    """

    module: nn.Module
    examples: tuple[Tensor, ...]
    inputs: tuple[str, ...]
    outputs: dict[str, tuple[str, ...]]
    axes: tuple[dict[int, str], ...]
    about: dict[str, str]
    entry: dict[str, dict[str, dict]]
    compare: Callable[[onnxruntime.InferenceSession, tuple[str, ...]], dict]
    finish: Callable[[onnx.ModelProto], onnx.ModelProto] = lambda model: model

    def to_graphs(self) -> dict[str, onnx.ModelProto]:
        """Ending of the file's name -> the graph in memory, with its metadata."""
        everything = next(iter(self.outputs.values()))
        model = graph.to_graph(self.module, self.examples, self.inputs, everything, self.axes)
        model = self.finish(model)
        graph.set_metadata(model, self.about)
        return {ending: graph.only(model, outputs) for ending, outputs in self.outputs.items()}


def find(name: str, folder: Path, data_dir: Path) -> Origin:
    """The origin of that graph.

    Args:
        name: one of NAMES.
        folder: holds the weights.
        data_dir: holds the datasets, or not: then only made-up pictures are compared.

    Raises:
        BadGraph: the weights are missing, damaged, or another model's.
    """
    if name in PREPROCESSING:
        return _preprocessing(name)
    if name in LOOKS:
        return _look(name, folder)
    if name in learning.NAMES:
        return _learning(learning.NAMES[name], folder)
    return _classifier(spec(name), folder, data_dir)


def _classifier(model: ModelSpec, folder: Path, data_dir: Path) -> Origin:
    path = folder / model.weights.name
    net, facts = _trained(model, path)
    stages = graph.Stages(net, float(facts["temperature"]))
    pictures = parity.test_pictures(model.dataset, data_dir)
    about = graph.metadata(model, facts, sha256(path.read_bytes()))
    outputs = {"": stages.output_names}
    if not model.baseline:
        outputs[ANSWER] = ANSWERS
    return Origin(
        module=stages,
        examples=(torch.zeros(2, 1, 28, 28),),
        inputs=(INPUT,),
        outputs=outputs,
        axes=({0: "batch"},),
        about=about,
        entry={"models": {model.name: _entry(model, net, stages, about)}, "datasets": _datasets()},
        compare=lambda session, outputs: parity.compare_classifier(
            session, outputs, net, stages, pictures
        ),
    )


def _entry(model: ModelSpec, net: nn.Module, stages: graph.Stages, about: dict[str, str]) -> dict:
    """A model as the catalogue has it: its metadata, its outputs and its layers."""
    threshold = about.get("rejection_threshold")
    with torch.no_grad():
        shown = stages(torch.zeros(1, 1, 28, 28))
    return {
        "subject": model.subject,
        "kind": model.kind,
        "labels": list(model.labels),
        "recipe": model.recipe,
        "network": model.network,
        "parameters": parameters(net),
        "datasets": list(model.datasets),
        "temperature": float(about["temperature"]),
        "rejection_threshold": None if threshold is None else float(threshold),
        "graph": model.graph.name,
        "answer_graph": model.answer_graph.name,
        "weights": model.weights.name,
        "weights_sha256": about["weights_sha256"],
        "outputs": {
            name: list(values.shape[1:])
            for name, values in zip(stages.output_names, shown, strict=True)
        },
        "layers": [asdict(layer) for layer in layers.layers(net)],
    }


def _datasets() -> dict[str, dict]:
    return {key: asdict(dataset) for key, dataset in DATASETS.items()}


def _preprocessing(name: str) -> Origin:
    way = PREPROCESSING[name]
    module = way.module.eval()
    # Of those made up, one that has no dimension of 0 or 1.
    examples = max(way.made_up(), key=lambda given: min(given[0].shape))
    entry: dict = {"graph": f"{name}.onnx"}
    if way.side:
        entry["side"] = way.side
    return Origin(
        module=module,
        examples=examples,
        inputs=way.inputs,
        outputs={"": way.outputs},
        axes=way.axes,
        about={"name": name, "subject": f"preprocessing: {way.task}"},
        entry={"preprocessing": {name: entry}},
        compare=lambda session, outputs: parity.compare_preprocessing(
            session, outputs, module, way.made_up()
        ),
    )


def _look(name: str, folder: Path) -> Origin:
    look = LOOKS[name]
    try:
        module, facts = look.make(folder).eval(), look.facts(folder)
    except (SafetensorError, OSError, ValueError, KeyError, RuntimeError) as error:
        raise BadGraph(f"{name}: its weights are missing or damaged ({error})") from error
    entry: dict = {"graph": f"{name}.onnx"}
    if look.side:
        entry["side"] = look.side
    if facts:
        entry["rule"] = {key: _number(value) for key, value in facts.items()}
    return Origin(
        module=module,
        examples=max(look.given(), key=lambda given: min(given[0].shape)),
        inputs=look.inputs,
        outputs={"": look.outputs},
        axes=look.axes,
        about={"name": name, "subject": look.task, **facts},
        entry={"preprocessing": {name: entry}},
        compare=lambda session, outputs: looks.compare(session, outputs, look, module),
        finish=looks.halved,
    )


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _learning(model: ModelSpec, folder: Path) -> Origin:
    try:
        moments = learning.Moments(model, folder)
    except ValueError as error:
        raise BadGraph(f"{error}: train it with train/{model.dataset}.py") from error
    weights_sha256 = sha256(moments.weights.read_bytes())
    names = moments.module.names
    return Origin(
        module=moments.module,
        examples=(torch.zeros(2, 1, 28, 28), *moments.parameters(moments.steps[0])),
        inputs=(INPUT, *names),
        outputs={"": learning.OUTPUTS},
        axes=({0: "batch"}, ({},) * len(names)),  # of all that *parameters holds
        about={"name": model.name, "subject": "the network at any moment of its training"},
        entry={"learning": {model.name: moments.entry(model, weights_sha256)}},
        compare=lambda session, outputs: learning.compare(session, outputs, moments),
    )


def _trained(model: ModelSpec, path: Path) -> tuple[nn.Module, dict]:
    """The network with its weights, in evaluation mode, and the metadata of the weights file."""
    if not path.exists():
        raise BadGraph(f"{path} is missing: train it with train/{model.dataset}.py")
    try:
        weights, facts = read_weights(path)
    except (SafetensorError, OSError, ValueError) as error:
        raise BadGraph(f"{path} is damaged ({error}): restore it, or train it anew") from error
    if facts.get("name") != model.name or "temperature" not in facts:
        raise BadGraph(f"{path} holds the weights of {facts.get('name')!r}, not of {model.name!r}")
    try:
        net = NETWORKS[model.network]()
        net.load_state_dict(weights)
    except (KeyError, RuntimeError) as error:
        raise BadGraph(f"{path} does not fit the network {model.network}: train it anew") from error
    return net.eval(), facts
