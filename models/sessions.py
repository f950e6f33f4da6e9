"""Opens a shipped ONNX graph, on the GPU when there is one that works, else on the CPU."""

import hashlib
from pathlib import Path

import numpy as np
import onnxruntime

from models import catalogue
from models.whole import told

VERSION = onnxruntime.__version__
CPU, CUDA = "CPUExecutionProvider", "CUDAExecutionProvider"

# TF32 rounds to 10 bits, far from the 1e-5 that the graphs are checked to. The exhaustive search
# for the fastest convolution would start anew with every batch size.
CUDA_OPTIONS = {"use_tf32": "0", "cudnn_conv_algo_search": "HEURISTIC"}


class BrokenModel(RuntimeError):
    """A graph is missing, was altered or cannot be read; the message names the file."""


def open_session(graph: Path, gpu: bool = True) -> onnxruntime.InferenceSession:
    """A session of that graph, whose bytes are those that were checked when it was exported.

    Ask `session.get_providers()[0]` where it runs. Sessions may be run from many threads.

    Args:
        graph: the file; its sha256 stands in the catalogue.json beside it.
        gpu: False keeps it on the CPU even where a GPU works.

    Raises:
        BrokenModel: the file is not there, not the one that was exported, or no graph.
    """
    content = _checked(graph)
    try:
        return (gpu and _on_gpu(content)) or one_thread(content, [CPU])
    except Exception as error:  # onnxruntime has a dozen exceptions without a common ancestor
        reason = str(error).splitlines()[0]
        raise BrokenModel(f"{graph} cannot be run by onnxruntime: {reason}") from error


def check_weights(folder: Path) -> None:
    """That weights which the page shows are those whose graphs were exported.

    Raises:
        BrokenModel: one of the files that are there is another, or cut short.
    """
    for known in catalogue.read(folder).get("models", {}).values():
        path = folder / known["weights"]
        if path.exists() and sha256(path.read_bytes()) != known["weights_sha256"]:
            raise BrokenModel(
                f"{path} is not the file that was exported (its sha256 differs from "
                f"{catalogue.NAME}): restore it."
            )


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _checked(graph: Path) -> bytes:
    try:
        content = graph.read_bytes()
    except FileNotFoundError as error:
        raise BrokenModel(
            f"{graph} is missing; write it with: python export/to_onnx.py {graph.stem}"
        ) from error
    except (OSError, MemoryError) as error:
        raise BrokenModel(told(error)) from error
    try:
        known = catalogue.read(graph.parent)
    except ValueError as error:
        raise BrokenModel(f"{graph} cannot be checked: {error}") from error
    expected = known.get("files", {}).get(graph.name, {}).get("sha256")
    if expected is None:
        raise BrokenModel(
            f"{graph} has no sha256 in {graph.parent / catalogue.NAME}: export it anew."
        )
    if sha256(content) != expected:
        raise BrokenModel(
            f"{graph} is not the file that was exported and checked (its sha256 differs from "
            f"{catalogue.NAME}): restore it, or export it anew."
        )
    return content


def _on_gpu(content: bytes) -> onnxruntime.InferenceSession | None:
    """A session that runs on CUDA, or None.

    onnxruntime-gpu offers CUDA on machines without a GPU too, and then either raises or
    silently falls back; and a GPU may lack the kernels. So a first run is the proof.
    """
    if CUDA not in onnxruntime.get_available_providers():
        return None
    if hasattr(onnxruntime, "preload_dlls"):
        onnxruntime.preload_dlls()  # finds CUDA and cuDNN installed by pip
    try:
        session = one_thread(content, [(CUDA, CUDA_OPTIONS), CPU])
        session.run(None, _zeros(session))
    except Exception:
        return None
    return session if session.get_providers()[0] == CUDA else None


def _zeros(session: onnxruntime.InferenceSession) -> dict[str, np.ndarray]:
    """The smallest input that a graph takes: one picture of zeros."""
    shapes = {given.name: given.shape for given in session.get_inputs()}
    return {
        name: np.zeros([size if isinstance(size, int) else 1 for size in shape], np.float32)
        for name, shape in shapes.items()
    }


def one_thread(content: bytes, providers: list) -> onnxruntime.InferenceSession:
    """A session of that graph, on those providers, that runs in the thread which calls it."""
    options = onnxruntime.SessionOptions()
    # A picture takes 20 µs: handing parts of it to other threads takes longer than that.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(content, options, providers=providers)
