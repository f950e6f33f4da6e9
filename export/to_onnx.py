"""Write the ONNX graphs that the app runs, each held against torch before it is put in place.

    python export/to_onnx.py                # every model, and the preprocessing of drawings
    python export/to_onnx.py mnist sketch   # these
    python export/to_onnx.py --check        # write nothing: is what is shipped what it should be?
    python export/to_onnx.py --triton DIR   # the shipped graphs as a repository for NVIDIA Triton

weights -> temporary file -> onnx.checker -> parity with torch -> renamed into models/. The sha256
of each graph goes into models/results.json; the app loads no other. Where the datasets are at hand
(--data-dir, environment DATA_DIR) every test picture is compared too; nothing is downloaded.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script: find the project

import onnx
import onnxruntime

from export import graph, parity, triton_repository
from export.source import NAMES, Refused, Source, find
from models import results
from models.sessions import BrokenModel, open_session, sha256
from models.specs import FOLDER, MODELS


def export(name: str, folder: Path = FOLDER, data_dir: Path = Path("data")) -> dict:
    """Write one graph into the folder of its weights, and its figures into results.json there.

    Returns:
        "sha256", "bytes", and under "parity" the figures of export/parity.py.

    Raises:
        Refused: the graph was not made; the old file is as it was.
    """
    origin = find(name, folder, data_dir)
    final, temporary = folder / f"{name}.onnx", folder / f"{name}.onnx.tmp"
    try:
        model = origin.to_graph()
        onnx.save(model, temporary)
        compared = _compare(temporary, name, origin)
        graph.set_metadata(model, {**origin.about, "parity": json.dumps(compared)})
        onnx.save(model, temporary)
        content = temporary.read_bytes()
        os.replace(temporary, final)
    finally:
        temporary.unlink(missing_ok=True)
    figures = {"sha256": sha256(content), "bytes": len(content), "parity": compared}
    results.update("graphs", {name: figures}, folder)
    return figures


def check(name: str, folder: Path = FOLDER, data_dir: Path = Path("data")) -> dict:
    """Hold the shipped graph against its sha256, its weights, the list of models and torch.

    Returns what export() does.

    Raises:
        Refused: it is not what it should be.
    """
    origin = find(name, folder, data_dir)
    path = folder / f"{name}.onnx"
    try:
        told = open_session(path).get_modelmeta().custom_metadata_map
    except BrokenModel as error:
        raise Refused(str(error)) from error
    for key, value in origin.about.items():
        if told.get(key) != value:
            raise Refused(f"{path} says {key} {told.get(key)!r} where {value!r} is due: export it")
    content = path.read_bytes()
    compared = _compare(path, name, origin)
    return {"sha256": sha256(content), "bytes": len(content), "parity": compared}


def _compare(path: Path, name: str, origin: Source) -> dict:
    """onnx.checker, then the parity figures of the file."""
    try:
        onnx.checker.check_model(str(path), full_check=True)
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    except Exception as error:  # of the checker or of onnxruntime, which share no ancestor
        reason = str(error).strip().splitlines()[0]
        raise Refused(f"{name}: the graph is broken: {reason}") from error
    try:
        return origin.compare(session)
    except parity.Mismatch as error:
        raise Refused(f"{name}: graph and torch disagree: {error}") from error


def _line(name: str, figures: dict, seconds: float) -> str:
    compared = dict(figures["parity"])
    of = compared.pop("compared")
    if "equal" in compared:
        agree = f"same class on {compared.pop('equal')} of {of}"
        agree += f" ({compared.pop('test_pictures')} of the test set)"
    else:
        agree = f"{of} drawings compared"
    apart = ", ".join(f"{key} {value:.1e}" for key, value in compared.items())
    return f"{name}: apart by {apart}; {agree}; {figures['bytes']:,} bytes; {seconds:.1f} s"


def _to_triton(args) -> int:
    try:
        for name in args.names or MODELS:
            print(triton_repository.write(name, args.triton, args.folder))
    except (KeyError, BrokenModel) as error:
        print(error.args[0], file=sys.stderr)
        return 1
    return 0


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Write (or check) the ONNX graphs in models/.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}")
    parser.add_argument("--check", action="store_true", help="write nothing, verify what is there")
    parser.add_argument(
        "--data-dir", type=Path, default=Path(os.environ.get("DATA_DIR", "data")),
        help="folder of the datasets (environment: DATA_DIR; default: data)",
    )  # fmt: skip
    parser.add_argument("--folder", type=Path, default=FOLDER, help="of weights and graphs")
    parser.add_argument(
        "--triton", type=Path, metavar="DIR", help="put the shipped graphs into a Triton repository"
    )
    args = parser.parse_args(words)
    unknown = [name for name in args.names if name not in NAMES]
    if unknown:
        parser.exit(1, f"There is no model {unknown[0]!r}; there are: {', '.join(NAMES)}.\n")
    if args.triton:
        return _to_triton(args)
    failed = False
    for name in args.names or NAMES:
        start = time.perf_counter()
        try:
            figures = (check if args.check else export)(name, args.folder, args.data_dir)
            print(_line(name, figures, time.perf_counter() - start), flush=True)
        except Refused as error:
            print(f"{error}.", file=sys.stderr)
            failed = True
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
