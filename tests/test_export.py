"""Export: the file's contract, and what the catalogue says of it."""

import json

import numpy as np
import onnx
import pytest
import torch

from export import to_onnx
from models import catalogue, results
from models.classifier import ANSWERS, Classifier
from models.sessions import BrokenModel, sha256
from models.specs import MODELS
from tests.conftest import MADE_UP, THRESHOLD
from train.weights import read_weights


@pytest.fixture
def shipped(exported_once) -> onnx.ModelProto:
    return onnx.load(exported_once / f"{MADE_UP}.onnx")


def test_the_file_says_all_about_itself(shipped, exported_once):
    told = {prop.key: prop.value for prop in shipped.metadata_props}
    model = MODELS[MADE_UP]
    assert told["name"] == MADE_UP
    assert told["subject"] == "garment"
    assert json.loads(told["labels"]) == list(model.labels)
    assert told["recipe"] == "tutorial"
    assert told["network"] == "FashionCNN"
    assert [entry["title"] for entry in json.loads(told["datasets"])] == ["Fashion-MNIST"]
    assert json.loads(told["licences"]) == {"Fashion-MNIST": "MIT"}
    assert float(told["temperature"]) == 1.5
    assert float(told["rejection_threshold"]) == THRESHOLD
    assert told["rejection_score"] == "logsumexp(logits)"
    weights = exported_once / model.weights.name
    assert told["weights_sha256"] == sha256(weights.read_bytes())
    kept = catalogue.read(exported_once)["files"][f"{MADE_UP}.onnx"]["parity"]
    assert json.loads(told["parity"]) == kept


def test_one_input_any_batch_and_standard_operators_only(shipped):
    (given,) = shipped.graph.input
    batch, *rest = given.type.tensor_type.shape.dim
    assert given.name == "image"
    assert batch.dim_param
    assert [dim.dim_value for dim in rest] == [1, 28, 28]
    names = [output.name for output in shipped.graph.output]
    assert names == ["logits", "probabilities", "energy", "conv1", "pool1", "conv2", "pool2"]
    assert all(output.type.tensor_type.shape.dim[0].dim_param for output in shipped.graph.output)
    assert {opset.domain for opset in shipped.opset_import} == {""}
    assert {node.domain for node in shipped.graph.node} == {""}


def test_the_file_holds_its_weights_and_no_traces_of_its_making(shipped, exported_once):
    assert {path.name for path in exported_once.iterdir()} == {
        f"{MADE_UP}.onnx",
        f"{MADE_UP}.answer.onnx",
        f"{MADE_UP}.safetensors",
        catalogue.NAME,
    }
    content = shipped.SerializeToString()
    for trace in (b"File ", b".py", b"/home", b"site-packages", b"aten", str(torch.__path__[0])):
        assert (trace if isinstance(trace, bytes) else trace.encode()) not in content
    weights, _ = read_weights(exported_once / f"{MADE_UP}.safetensors")
    kernels = {
        tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in shipped.graph.initializer
    }
    np.testing.assert_array_equal(kernels["net.conv1.weight"], weights["conv1.weight"])


def test_the_catalogue_holds_the_sha256_and_keeps_what_others_wrote(exported):
    results.update("scores", {MADE_UP: {"test_accuracy": 0.5}}, exported)
    catalogue.update({"files": {"other.onnx": {"sha256": "0"}}}, exported)
    to_onnx.export(MADE_UP, exported, data_dir=exported)
    kept = catalogue.read(exported)
    content = (exported / f"{MADE_UP}.onnx").read_bytes()
    assert kept["files"][f"{MADE_UP}.onnx"]["sha256"] == sha256(content)
    assert kept["files"][f"{MADE_UP}.onnx"]["bytes"] == len(content)
    assert kept["files"]["other.onnx"] == {"sha256": "0"}
    assert results.read(exported) == {"scores": {MADE_UP: {"test_accuracy": 0.5}}}


def test_the_catalogue_says_what_the_file_says(shipped, exported_once):
    told = {prop.key: prop.value for prop in shipped.metadata_props}
    entry = catalogue.read(exported_once)["models"][MADE_UP]
    for key in ("subject", "recipe", "network", "weights_sha256"):
        assert entry[key] == told[key]
    assert entry["labels"] == json.loads(told["labels"])
    for key in ("temperature", "rejection_threshold"):
        assert entry[key] == float(told[key])
    assert (entry["kind"], entry["parameters"]) == ("photo", 21_840)
    assert entry["graph"] == f"{MADE_UP}.onnx" and entry["answer_graph"] == f"{MADE_UP}.answer.onnx"
    shapes = {
        output.name: [dim.dim_value for dim in output.type.tensor_type.shape.dim[1:]]
        for output in shipped.graph.output
    }
    assert entry["outputs"] == shapes
    assert list(shapes.values())[:4] == [[10], [10], [], [10, 24, 24]]


def test_the_second_graph_answers_only(exported_once, shipped):
    quick = onnx.load(exported_once / f"{MADE_UP}.answer.onnx")
    assert [output.name for output in quick.graph.output] == list(ANSWERS)
    assert quick.graph.input == shipped.graph.input
    told, also = (
        {prop.key: prop.value for prop in file.metadata_props if prop.key != "parity"}
        for file in (shipped, quick)
    )
    assert told == also


@pytest.mark.parametrize("ending", ["", ".answer"])
def test_the_app_refuses_to_start_on_an_altered_graph(exported, ending):
    path = exported / f"{MADE_UP}{ending}.onnx"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(BrokenModel, match=path.name):
        Classifier(MODELS[MADE_UP], exported)
