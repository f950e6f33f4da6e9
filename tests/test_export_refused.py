"""Export: nothing unproven takes a shipped file's place, and a check notices what has changed."""

import numpy as np
import onnx
import pytest

from export import graph, to_onnx
from models import catalogue
from tests.conftest import MADE_UP, write_weights


def files(folder) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def run_main(capsys, *words) -> tuple[int, list[str]]:
    """Exit status and the lines on the error stream."""
    status = to_onnx.main([str(word) for word in words])
    return status, capsys.readouterr().err.splitlines()


def test_check_accepts_what_export_wrote_and_writes_nothing(exported, capsys):
    before = files(exported)
    words = (MADE_UP, "--check", "--folder", exported, "--data-dir", exported)
    assert run_main(capsys, *words) == (0, [])
    assert files(exported) == before


def test_check_notices_a_catalogue_that_says_something_else(exported, capsys):
    entry = catalogue.read(exported)["models"][MADE_UP]
    entry["layers"][1]["padding"] = 1
    catalogue.update({"models": {MADE_UP: entry}}, exported)
    status, said = run_main(capsys, MADE_UP, "--check", "--folder", exported)
    assert status == 1
    assert f"says something else of {MADE_UP} among its models" in said[0]


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


def refused_where(spoil, exported, capsys, monkeypatch) -> list[str]:
    """What is said where `spoil` changes each graph that is made; the files stay as they were."""
    before, honest = files(exported), graph.to_graph

    def spoilt(*args):
        model = honest(*args)
        spoil(model)
        return model

    monkeypatch.setattr(graph, "to_graph", spoilt)
    status, said = run_main(capsys, MADE_UP, "--folder", exported, "--data-dir", exported)
    assert status == 1
    assert files(exported) == before
    return said


def test_a_graph_that_computes_something_else_is_refused(exported, capsys, monkeypatch):
    def slightly_off(model):
        tensor = next(t for t in model.graph.initializer if t.name == "net.fc2.bias")
        bias = onnx.numpy_helper.to_array(tensor) + np.float32(1e-4)
        tensor.CopyFrom(onnx.numpy_helper.from_array(bias, tensor.name))

    assert refused_where(slightly_off, exported, capsys, monkeypatch) == [
        f"{MADE_UP}.onnx: graph and torch disagree: logits differs by 1.0e-04 from torch's."
    ]


def test_a_broken_graph_is_refused(exported, capsys, monkeypatch):
    (said,) = refused_where(lambda model: model.graph.node.pop(), exported, capsys, monkeypatch)
    assert said.startswith(f"{MADE_UP}.onnx: the graph is broken")


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
