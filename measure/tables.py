"""The tables of README.md and docs/, written from models/results.json between their marks."""

from pathlib import Path

from measure import digit_tables, look_tables, page_tables, speed_tables, trust_tables
from measure.cells import percent, table
from models import catalogue
from models.specs import MODELS

ROOT = Path(__file__).resolve().parents[1]
# dataset -> what its tutorial reports for the test set, and which cost it prints
TUTORIAL_SAYS = {
    "fashion_mnist_tutorial": "89.65 %, loss 0.2999",
    "mnist_tutorial": "98.6 %, mean training cost 0.00557",
}


def results(figures: dict) -> str:
    """Every model: size, accuracy on the test set and on people's pictures, calibration, parity."""
    files, rows = catalogue.read()["files"], []
    for name in MODELS:
        score, graph = figures["scores"][name], files[f"{name}.onnx"]
        rows.append([
            f"`{name}`",
            f"{score['parameters']:,}",
            f"{graph['bytes'] / 1000:.0f} kB",
            f"{score['seconds'] / 60:.0f} min",
            percent(score["test_accuracy"]),
            _of_people(score),
            percent(score["people_accuracy_resized"], 1),
            f"{percent(score['test_ece'])} / {percent(score['people_ece'], 1)}",
            _parity(graph["parity"]),
        ])  # fmt: skip
    head = [
        "model",
        "parameters",
        "ONNX",
        "trained in",
        "test set",
        "people's pictures",
        "only resized",
        "calibration error, test / people",
        "parity with torch: logits, classes",
    ]
    return table(head, rows)


def _of_people(score: dict) -> str:
    share = percent(score["people_accuracy"], 1)
    return f"{share} of {score['people_pictures']} {score['people']}"


def _parity(parity: dict) -> str:
    """The largest difference of a logit (see export/parity.py) and how often the class is equal."""
    return f"{parity['logits_relative']:.0e}, {parity['equal']:,} of {parity['compared']:,}"


def tutorials(figures: dict) -> str:
    """What the tutorials report against what their networks reach here."""
    rows = []
    for name, said in TUTORIAL_SAYS.items():
        score = figures["scores"][name]
        ours = (
            f"{percent(score['test_accuracy'])}, loss {score['test_loss']:.4f}, "
            f"mean training cost {score['training_loss']:.5f}"
        )
        rows.append([f"`{name}`", said, ours, percent(score["test_accuracy_0_255"])])
    head = [
        "model",
        "the tutorial reports",
        "here",
        "scored on pixels 0..255, as one tutorial does",
    ]
    return table(head, rows)


def refusals(figures: dict) -> str:
    """How much of what is neither is turned away, and how much of what is true."""
    rows = []
    for name in (name for name in MODELS if MODELS[name].recipe != "mlp"):
        score = figures["scores"][name]
        true = f"{percent(score['rejected_test'])} / {percent(score['rejected_people'])}"
        others = ", ".join(
            f"{word} {percent(share, 1)} ({score['auroc'][word]:.3f})"
            for word, share in score["rejected"].items()
        )
        rows.append([f"`{name}`", true, others])
    head = ["model", "true pictures turned away, test / people's", "others turned away (AUROC)"]
    return table(head, rows)


def shift(figures: dict) -> str:
    """How much stays right when the picture is moved: plain networks against convolutional ones."""
    distances = (0, 2, 4, 6, 8)
    rows = []
    for name, score in figures["shift"].items():
        by_distance = [percent(score["by_distance"][d], 1) for d in distances]
        rows.append([f"`{name}`", percent(score["share"], 1), *by_distance])
    return table(["model", "all moves", *(f"{d} pixels" for d in distances)], rows)


def summary(figures: dict) -> str:
    """Every model in a line: what a newcomer asks first."""
    rows = []
    for name in MODELS:
        score = figures["scores"][name]
        speed = figures["benchmark"]["models"][name]["batch_1"]["onnxruntime"]["median"]
        rows.append([
            f"`{name}`",
            f"{score['parameters']:,}",
            percent(score["test_accuracy"]),
            _of_people(score),
            _others(score["rejected"]),
            f"{speed:.0f} µs",
        ])  # fmt: skip
    head = ["model", "parameters", "test set", "people's pictures", "others turned away",
            "the network takes"]  # fmt: skip
    return table(head, rows)


def _others(rejected: dict[str, float]) -> str:
    lowest, highest = min(rejected.values()), max(rejected.values())
    return f"{percent(lowest, 0)} to {percent(highest, 0)}"


# file -> the tables in it, each between its marks
TABLES = {
    "README.md": {"summary": summary},
    "docs/results.md": {
        "results": results,
        "refusals": refusals,
        "digits": digit_tables.digits,
        "looks": look_tables.looks,
        "subjects": look_tables.subjects,
        "shift": shift,
        "tutorials": tutorials,
        "hosts": page_tables.hosts,
    },
    "docs/speed.md": {
        "benchmark": speed_tables.benchmark,
        "pen": page_tables.pen,
        "page": page_tables.page,
        "start": speed_tables.start,
        "bulk": speed_tables.bulk,
        "load": speed_tables.load,
    },
    "docs/training.md": {"training": speed_tables.training},
    "docs/trust.md": {
        "soak": trust_tables.soak,
        "hostile files": trust_tables.hostile_files,
        "hostile": trust_tables.hostile,
    },
}


def written(file: str, text: str, figures: dict) -> str:
    """The text of that file with every table between its marks written anew.

    Args:
        file: one of TABLES.

    Raises:
        ValueError: a mark is missing; the message names it.
    """
    for word, make in TABLES[file].items():
        start, end = f"<!-- {word} -->", f"<!-- end of {word} -->"
        if text.count(start) != 1 or text.count(end) != 1:
            raise ValueError(f"{file} needs the marks {start} and {end}, once each.")
        before, rest = text.split(start)
        text = f"{before}{start}\n{make(figures)}\n{end}{rest.split(end)[1]}"
    return text


def write(figures: dict) -> None:
    """All tables of all files."""
    for file in TABLES:
        path = ROOT / file
        path.write_text(written(file, path.read_text("utf-8"), figures), "utf-8")
