"""Export: the file's contract, and that nothing unproven takes a shipped file's place."""

import json

import numpy as np
import onnx
import pytest
import torch

from export import graph, to_onnx
from models import catalogue, results
from models.classifier import ANSWERS, Classifier
from models.sessions import BrokenModel, sha256
from models.specs import MODELS
from tests.conftest import MADE_UP, THRESHOLD, write_weights
from train.weights import read_weights


def files(folder) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def run_main(capsys, *words) -> tuple[int, list[str]]:
    """Exit status and the lines on the error stream."""
    status = to_onnx.main([str(word) for word in words])
    return status, capsys.readouterr().err.splitlines()


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


def test_check_notices_a_catalogue_that_says_something_else(exported, capsys):
    entry = catalogue.read(exported)["models"][MADE_UP]
    entry["layers"][1]["padding"] = 1
    catalogue.update({"models": {MADE_UP: entry}}, exported)
    status, said = run_main(capsys, MADE_UP, "--check", "--folder", exported)
    assert status == 1
    assert f"says something else of {MADE_UP} among its models" in said[0]


def test_check_accepts_what_export_wrote_and_writes_nothing(exported, capsys):
    before = files(exported)
    words = (MADE_UP, "--check", "--folder", exported, "--data-dir", exported)
    assert run_main(capsys, *words) == (0, [])
    assert files(exported) == before


def no_weights(folder):
    (folder / f"{MADE_UP}.safetensors").unlink()


def cut_weights(folder):
    path = folder / f"{MADE_UP}.safetensors"
    path.write_bytes(path.read_bytes()[:5000])


def weights_of_another_network(folder):
    path = write_weights(folder, "fashion_mnist_mlp", name=MADE_UP)
    path.replace(folder / f"{MADE_UP}.safetensors")


def weights_of_another_model(folder):
    write_weights(folder, MADE_UP, name="fashion_mnist")


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (no_weights, "safetensors is missing: train it with train/fashion_mnist.py"),
        (cut_weights, "safetensors is damaged"),
        (weights_of_another_network, "does not fit the network FashionCNN"),
        (weights_of_another_model, "holds the weights of 'fashion_mnist', not of"),
    ],
)
@pytest.mark.parametrize("mode", [[], ["--check"]])
def test_wrong_weights_are_refused_and_the_old_graph_stays(exported, capsys, spoil, sentence, mode):
    spoil(exported)
    before = files(exported)
    status, said = run_main(capsys, MADE_UP, *mode, "--folder", exported, "--data-dir", exported)
    assert status == 1
    assert len(said) == 1
    assert sentence in said[0]
    assert files(exported) == before


def test_a_graph_that_computes_something_else_is_refused(exported, capsys, monkeypatch):
    before = files(exported)
    honest = graph.to_graph

    def slightly_off(*args):
        model = honest(*args)
        tensor = next(t for t in model.graph.initializer if t.name == "net.fc2.bias")
        bias = onnx.numpy_helper.to_array(tensor) + np.float32(1e-4)
        tensor.CopyFrom(onnx.numpy_helper.from_array(bias, tensor.name))
        return model

    monkeypatch.setattr(graph, "to_graph", slightly_off)
    status, said = run_main(capsys, MADE_UP, "--folder", exported, "--data-dir", exported)
    assert status == 1
    assert said == [
        f"{MADE_UP}.onnx: graph and torch disagree: logits differs by 1.0e-04 from torch's."
    ]
    assert files(exported) == before


def test_a_broken_graph_is_refused(exported, capsys, monkeypatch):
    before = files(exported)
    honest = graph.to_graph

    def without_its_last_node(*args):
        model = honest(*args)
        model.graph.node.pop()
        return model

    monkeypatch.setattr(graph, "to_graph", without_its_last_node)
    status, said = run_main(capsys, MADE_UP, "--folder", exported, "--data-dir", exported)
    assert status == 1
    assert len(said) == 1
    assert said[0].startswith(f"{MADE_UP}.onnx: the graph is broken")
    assert files(exported) == before


def test_check_notices_weights_trained_after_the_export(exported, capsys):
    write_weights(exported, MADE_UP, temperature=2.0)
    status, said = run_main(capsys, MADE_UP, "--check", "--folder", exported)
    assert status == 1
    assert "says temperature '1.5' where '2.0' is due" in said[0]


@pytest.mark.parametrize("ending", ["", ".answer"])
def test_check_notices_an_altered_graph(exported, capsys, ending):
    path = exported / f"{MADE_UP}{ending}.onnx"
    path.write_bytes(path.read_bytes() + b"\0")
    status, said = run_main(capsys, MADE_UP, "--check", "--folder", exported)
    assert status == 1
    assert f"{path.name} is not the file that was exported" in said[0]


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


def test_one_bad_model_does_not_keep_the_others_from_being_written(tmp_path, capsys):
    write_weights(tmp_path, "mnist_mlp", rejection_threshold=None)
    words = ("mnist", "mnist_mlp", "--folder", tmp_path, "--data-dir", tmp_path)
    status, said = run_main(capsys, *words)
    assert status == 1
    assert len(said) == 1
    assert (tmp_path / "mnist_mlp.onnx").exists()
    assert not list(tmp_path.glob("*.tmp"))


def test_unknown_names_are_told_the_known_ones(capsys):
    with pytest.raises(SystemExit) as stop:
        to_onnx.main(["nist"])
    assert stop.value.code == 1
    assert "no model 'nist'; there are: mnist," in capsys.readouterr().err
