"""The Triton repository: layout, versions, and a configuration that Triton's own schema reads."""

import importlib.util
import warnings
from pathlib import Path

import numpy as np
import pytest
from google.protobuf import text_format

from export import to_onnx
from export import to_triton as triton
from models.classifier import Classifier
from models.sessions import open_session
from models.specs import spec
from tests.conftest import MADE_UP


@pytest.fixture(scope="module")
def schema():
    """ModelConfig as NVIDIA publishes it in tritonclient; the client itself would need grpc."""
    package = importlib.util.find_spec("tritonclient")
    if package is None:
        pytest.skip("needs NVIDIA's schema: pip install -r requirements-dev.txt")
    path = Path(package.submodule_search_locations[0]) / "grpc" / "model_config_pb2.py"
    found = importlib.util.spec_from_file_location("model_config_pb2", path)
    module = importlib.util.module_from_spec(found)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # made by an earlier protobuf, which may still be read
        found.loader.exec_module(module)
    return module


@pytest.fixture
def repository(exported, tmp_path) -> Path:
    root = tmp_path / "repository"
    words = [MADE_UP, "--folder", str(exported), "--triton", str(root)]
    assert to_onnx.main(words) == 0
    return root


def test_the_schema_reads_the_configuration(repository, exported, schema):
    text = (repository / MADE_UP / "config.pbtxt").read_text()
    config = text_format.Parse(text, schema.ModelConfig())  # raises on any unknown field
    session = open_session(exported / f"{MADE_UP}.onnx", gpu=False)
    assert config.name == MADE_UP
    assert config.backend == "onnxruntime"
    assert config.max_batch_size == triton.MOST_AT_ONCE
    assert list(config.dynamic_batching.preferred_batch_size) == list(triton.PREFERRED)
    assert config.dynamic_batching.max_queue_delay_microseconds == triton.DELAY
    assert [(t.name, list(t.dims)) for t in config.input] == [("image", [1, 28, 28])]
    expected = [(t.name, list(t.shape[1:])) for t in session.get_outputs()]
    told = [
        (t.name, list(t.reshape.shape if t.HasField("reshape") else t.dims)) for t in config.output
    ]
    assert told == expected
    (energy,) = (t for t in config.output if t.name == "energy")
    assert list(energy.dims) == [1]  # the batch alone is no shape to Triton
    assert {t.data_type for t in (*config.input, *config.output)} == {schema.TYPE_FP32}
    labelled = [t.name for t in config.output if t.label_filename]
    assert labelled == ["probabilities"]


def test_labels_and_graph_are_those_of_the_model(repository, exported):
    folder = repository / MADE_UP
    labels = (folder / "labels.txt").read_text().splitlines()
    assert tuple(labels) == Classifier(spec(MADE_UP), exported).labels
    graph = folder / "1" / "model.onnx"
    assert graph.read_bytes() == (exported / f"{MADE_UP}.onnx").read_bytes()
    assert sorted(path.name for path in folder.iterdir()) == ["1", "config.pbtxt", "labels.txt"]


def test_the_largest_batch_runs(exported):
    classifier = Classifier(spec(MADE_UP), exported)
    batch = np.zeros((triton.MOST_AT_ONCE, 1, 28, 28), np.float32)
    assert len(classifier.run(batch)["logits"]) == triton.MOST_AT_ONCE


def test_a_changed_graph_becomes_the_next_version(repository, exported):
    model = repository / MADE_UP
    assert triton.write(MADE_UP, repository, exported) == model / "1"  # nothing has changed
    (model / "1" / "model.onnx").write_bytes(b"an earlier graph")
    assert triton.write(MADE_UP, repository, exported) == model / "2"
    assert (model / "1" / "model.onnx").read_bytes() == b"an earlier graph"


def test_a_damaged_graph_is_one_sentence(exported, tmp_path, capsys):
    graph = exported / f"{MADE_UP}.onnx"
    graph.write_bytes(graph.read_bytes()[:-1])
    words = [MADE_UP, "--folder", str(exported), "--triton", str(tmp_path / "r")]
    assert to_onnx.main(words) == 1
    assert f"{MADE_UP}.onnx is not the file that was exported" in capsys.readouterr().err
    assert not (tmp_path / "r").exists()
