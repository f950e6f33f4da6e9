"""Opening a graph: only the file that was checked, and on the GPU only where it truly works."""

from types import SimpleNamespace

import pytest

from models import catalogue, sessions
from models.sessions import CPU, CUDA, BrokenModel, check_weights, open_session
from tests.conftest import MADE_UP


@pytest.mark.parametrize("place", [100, 5000, -100])
def test_one_flipped_bit_is_noticed(exported, place):
    graph = exported / f"{MADE_UP}.onnx"
    content = bytearray(graph.read_bytes())
    content[place] ^= 1
    graph.write_bytes(content)
    with pytest.raises(BrokenModel, match=rf"{MADE_UP}\.onnx is not the file"):
        open_session(exported / f"{MADE_UP}.onnx")


def test_a_missing_graph_is_named(exported):
    (exported / f"{MADE_UP}.onnx").unlink()
    with pytest.raises(BrokenModel, match=rf"{MADE_UP}\.onnx is missing"):
        open_session(exported / f"{MADE_UP}.onnx")


def test_a_graph_of_unknown_origin_is_refused(exported):
    (exported / catalogue.NAME).unlink()
    with pytest.raises(BrokenModel, match=rf"{MADE_UP}\.onnx has no sha256"):
        open_session(exported / f"{MADE_UP}.onnx")


def test_a_damaged_catalogue_is_named(exported):
    (exported / catalogue.NAME).write_text('{"files": ')
    with pytest.raises(BrokenModel, match=r"catalogue\.json is damaged"):
        open_session(exported / f"{MADE_UP}.onnx")


def test_a_file_that_is_no_graph_is_refused(exported):
    graph = exported / f"{MADE_UP}.onnx"
    graph.write_bytes(b"no graph")
    figures = {"sha256": sessions.sha256(b"no graph")}
    catalogue.update({"files": {graph.name: figures}}, exported)
    with pytest.raises(BrokenModel, match=rf"{MADE_UP}\.onnx cannot be run"):
        open_session(exported / f"{MADE_UP}.onnx")


def fake_onnxruntime(offered: list[str], loads: str, preload: bool = True) -> SimpleNamespace:
    """An onnxruntime that offers these; CUDA "works", "raises", "cannot run" or "falls back"."""
    calls = []

    class Session:
        def __init__(self, content, options, providers):
            asked = [p if isinstance(p, str) else p[0] for p in providers]
            calls.append((asked[0], options.intra_op_num_threads))
            if asked[0] == CUDA and loads == "raises":
                raise RuntimeError("libcudart.so is missing")
            self.providers = [CPU] if loads == "falls back" else asked

        def get_providers(self):
            return self.providers

        def get_inputs(self):
            return [SimpleNamespace(name="image", shape=["batch", 1, 28, 28])]

        def run(self, names, feed):
            assert feed["image"].shape == (1, 1, 28, 28)
            if loads == "cannot run":
                raise RuntimeError("no kernel image is available for this device")

    fake = SimpleNamespace(
        calls=calls,
        get_available_providers=lambda: offered,
        SessionOptions=SimpleNamespace,
        InferenceSession=Session,
    )
    if preload:
        fake.preload_dlls = lambda: calls.append("preload")
    return fake


@pytest.mark.parametrize(
    ("offered", "loads", "preload", "chosen", "calls"),
    [
        ([CPU], "works", True, CPU, [(CPU, 1)]),
        (["AzureExecutionProvider", CPU], "works", True, CPU, [(CPU, 1)]),
        ([CUDA, CPU], "works", True, CUDA, ["preload", (CUDA, 1)]),
        ([CUDA, CPU], "works", False, CUDA, [(CUDA, 1)]),
        ([CUDA, CPU], "falls back", True, CPU, ["preload", (CUDA, 1), (CPU, 1)]),
        ([CUDA, CPU], "cannot run", True, CPU, ["preload", (CUDA, 1), (CPU, 1)]),
        ([CUDA, CPU], "raises", True, CPU, ["preload", (CUDA, 1), (CPU, 1)]),
    ],
)
def test_the_gpu_is_used_when_it_truly_loads(
    monkeypatch, exported, offered, loads, preload, chosen, calls
):
    fake = fake_onnxruntime(offered, loads, preload)
    monkeypatch.setattr(sessions, "onnxruntime", fake)
    session = open_session(exported / f"{MADE_UP}.onnx")
    assert session.get_providers()[0] == chosen
    assert fake.calls == calls


def test_weights_that_are_others_than_were_exported_are_named(exported):
    check_weights(exported)
    (path,) = exported.glob("*.safetensors")
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(BrokenModel, match=f"{path.name} is not the file that was exported"):
        check_weights(exported)
    path.unlink()
    check_weights(exported)  # the page says that it is not there
