"""Write the ONNX graphs that the app runs, each held against torch before it is put in place.

    python export/to_onnx.py                # every model, and what makes pictures for them
    python export/to_onnx.py mnist sketch   # these
    python export/to_onnx.py --check        # write nothing: is what is shipped what it should be?
    python export/to_onnx.py --triton DIR   # the shipped graphs as a repository for NVIDIA Triton

weights -> temporary file -> onnx.checker -> parity with torch -> renamed into models/. A CNN has
two graphs: NAME.onnx, which also returns the stages that the page shows, and NAME.answer.onnx,
which answers only and is faster for it. What they are, and the sha256 of each, goes into
models/catalogue.json; the app loads no other. Where the datasets are at hand (--data-dir,
environment DATA_DIR) every test picture is compared too; nothing is downloaded.
"""

import argparse
import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script: find the project

import onnx

from export import graph, parity
from export import to_triton as triton_repository
from export.origin import NAMES, BadGraph, Origin, find
from models import catalogue
from models.sessions import BrokenModel, open_session, sha256
from models.specs import FOLDER, MODELS


def export(name: str, folder: Path = FOLDER, data_dir: Path = Path("data")) -> dict[str, dict]:
    """Write the graphs of one model into the folder of its weights, and what they are into
    catalogue.json there.

    Returns:
        Name of the file -> "sha256", "bytes", and under "parity" the figures of export/parity.py.

    Raises:
        BadGraph: a graph could not be made; all old files are as they were.
    """
    origin = find(name, folder, data_dir)
    figures = {}
    try:
        for ending, model in origin.to_graphs().items():
            path = _temporary(folder, name, ending)
            figures[f"{name}{ending}.onnx"] = _draft(model, path, origin, origin.outputs[ending])
        for ending in origin.outputs:
            os.replace(_temporary(folder, name, ending), folder / f"{name}{ending}.onnx")
    finally:
        for ending in origin.outputs:
            _temporary(folder, name, ending).unlink(missing_ok=True)
    catalogue.update(origin.entry | {"files": figures}, folder)
    return figures


def _temporary(folder: Path, name: str, ending: str) -> Path:
    return folder / f"{name}{ending}.onnx.tmp"


def _draft(model: onnx.ModelProto, path: Path, origin: Origin, outputs: tuple[str, ...]) -> dict:
    """Write the graph there, compare what was written, and add the outcome to what it says."""
    onnx.save(model, path)
    compared = _compare(path, origin, outputs)
    graph.set_metadata(model, {**origin.about, "parity": json.dumps(compared)})
    onnx.save(model, path)
    content = path.read_bytes()
    return {"sha256": sha256(content), "bytes": len(content), "parity": compared}


def check(name: str, folder: Path = FOLDER, data_dir: Path = Path("data")) -> dict[str, dict]:
    """Hold the shipped graphs against their sha256, the weights, the list of models, what the
    catalogue says of them, and torch.

    Returns what export() does.

    Raises:
        BadGraph: one is not what it should be.
    """
    origin = find(name, folder, data_dir)
    figures = {}
    for ending, outputs in origin.outputs.items():
        path = folder / f"{name}{ending}.onnx"
        try:
            told = open_session(path).get_modelmeta().custom_metadata_map
        except BrokenModel as error:
            raise BadGraph(str(error)) from error
        for key, value in origin.about.items():
            if told.get(key) != value:
                raise BadGraph(
                    f"{path} says {key} {told.get(key)!r} where {value!r} is due: export it"
                )
        content = path.read_bytes()
        compared = _compare(path, origin, outputs)
        figures[path.name] = {
            "sha256": sha256(content), "bytes": len(content), "parity": compared
        }  # fmt: skip
    _check_catalogue(origin, folder)
    return figures


def _check_catalogue(origin: Origin, folder: Path) -> None:
    told = catalogue.read(folder)
    due = json.loads(json.dumps(origin.entry))  # lists for tuples, as they come back
    for part, entries in due.items():
        for key, entry in entries.items():
            if told.get(part, {}).get(key) != entry:
                path = folder / catalogue.NAME
                raise BadGraph(f"{path} says something else of {key} among its {part}: export it")


def _compare(path: Path, origin: Origin, outputs: tuple[str, ...]) -> dict:
    """onnx.checker, then the parity figures of the file."""
    name = path.name.removesuffix(".tmp")
    try:
        onnx.checker.check_model(str(path), full_check=True)
        session = parity.opened(path)
    except Exception as error:  # of the checker or of onnxruntime, which share no ancestor
        reason = str(error).strip().splitlines()[0]
        raise BadGraph(f"{name}: the graph is broken: {reason}") from error
    try:
        return origin.compare(session, outputs)
    except parity.Mismatch as error:
        raise BadGraph(f"{name}: graph and torch disagree: {error}") from error


def _line(name: str, figures: dict) -> str:
    compared = dict(figures["parity"])
    of = compared.pop("compared")
    if "equal" in compared:
        agree = f"same class on {compared.pop('equal')} of {of}"
        agree += f" ({compared.pop('test_pictures')} of the test set)"
    else:
        agree = f"{of} inputs compared"
    apart = ", ".join(f"{key} {value:.1e}" for key, value in compared.items())
    return f"{name}: apart by {apart}; {agree}; {figures['bytes']:,} bytes"


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
        try:
            for file, figures in (check if args.check else export)(
                name, args.folder, args.data_dir
            ).items():
                print(_line(file, figures), flush=True)
        except BadGraph as error:
            print(f"{error}.", file=sys.stderr)
            failed = True
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
