"""A model repository for NVIDIA Triton Inference Server, made of the shipped graphs.

    python export/to_onnx.py --triton DIR [NAME ...]
    docker run --rm -p8000:8000 -v DIR:/models nvcr.io/nvidia/tritonserver:VERSION-py3 \\
        tritonserver --model-repository=/models

Layout and configuration: Triton's documentation, "Model Repository" and "Model Configuration"
(https://docs.nvidia.com/deeplearning/triton-inference-server).

Not named triton.py: scripts in this folder would import it in place of the package that torch uses.
"""

import os
from pathlib import Path

from models.sessions import open_session
from models.specs import FOLDER, MODELS, spec

MOST_AT_ONCE = 256  # pictures in one run
PREFERRED = (32, 128)  # pictures that Triton tries to gather for one run
DELAY = 500  # µs that a request may wait for others
LABELS = "labels.txt"
TYPES = {"tensor(float)": "TYPE_FP32"}


def write(name: str, root: Path, folder: Path = FOLDER) -> Path:
    """Put the model's graph into the repository, as a new version unless the newest is the same.

    Args:
        root: the repository; made when it is not there.
        folder: where the graphs and catalogue.json lie.

    Returns:
        The folder of the version that holds the graph.

    Raises:
        KeyError: no such model.
        BrokenModel: its graph is missing or was altered.
    """
    graph = folder / spec(name).graph.name
    session = open_session(graph, gpu=False)  # checks the sha256
    model = root / name
    version = _version(model, graph.read_bytes())
    version.mkdir(parents=True, exist_ok=True)
    _replace(version / "model.onnx", graph.read_bytes())
    _replace(model / LABELS, "".join(f"{label}\n" for label in MODELS[name].labels).encode())
    _replace(model / "config.pbtxt", configuration(name, session).encode())
    return version


def configuration(name: str, session) -> str:
    """config.pbtxt: inputs and outputs as the graph has them, batched by Triton.

    Args:
        session: an onnxruntime session of the graph.
    """
    parts = [
        f'name: "{name}"',
        'backend: "onnxruntime"',
        f"max_batch_size: {MOST_AT_ONCE}",
        *(_tensor("input", given) for given in session.get_inputs()),
        *(_tensor("output", output) for output in session.get_outputs()),
        f"dynamic_batching {{\n  preferred_batch_size: {list(PREFERRED)}\n"
        f"  max_queue_delay_microseconds: {DELAY}\n}}",
        # One thread a run, as in the app: a picture takes microseconds. KIND_AUTO: GPU if any.
        'parameters { key: "intra_op_thread_count" value { string_value: "1" } }',
        "instance_group [ { kind: KIND_AUTO } ]",
        "version_policy { latest { num_versions: 1 } }",
    ]
    return "\n".join(parts) + "\n"


def _tensor(word: str, tensor) -> str:
    """Triton adds the first dimension, the batch, by itself."""
    sides = [int(side) for side in tensor.shape[1:]]
    lines = [f'  name: "{tensor.name}"', f"  data_type: {TYPES[tensor.type]}",
             f"  dims: {sides or [1]}"]  # fmt: skip
    if not sides:  # Triton has no tensors without dimensions beside the batch
        lines.append("  reshape { shape: [ ] }")
    if tensor.name == "probabilities":
        lines.append(f'  label_filename: "{LABELS}"')
    return f"{word} [ {{\n" + "\n".join(lines) + "\n} ]"


def _version(model: Path, content: bytes) -> Path:
    """model/1, model/2, ...: the newest if it holds this content, else the next."""
    numbers = [int(path.name) for path in model.glob("[1-9]*") if path.name.isdecimal()]
    newest = max(numbers, default=0)
    held = model / str(newest) / "model.onnx"
    if newest and held.exists() and held.read_bytes() == content:
        return held.parent
    return model / str(newest + 1)


def _replace(path: Path, content: bytes) -> None:
    """Triton may be reading: the old file or the new one, never half of one."""
    temporary = path.with_name(f"{path.name}.tmp")
    temporary.write_bytes(content)
    os.replace(temporary, path)
