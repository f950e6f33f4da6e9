"""The README's tables, written from models/results.json between their marks."""

from pathlib import Path

from models.specs import MODELS

README = Path(__file__).resolve().parents[1] / "README.md"
# dataset -> what its tutorial reports for the test set, and which cost it prints
TUTORIAL_SAYS = {
    "fashion_mnist_tutorial": "89.65 %, loss 0.2999",
    "mnist_tutorial": "98.6 %, mean training cost 0.00557",
}


NOT_YET = "Not measured yet."
WAYS = {"sketch": "a canvas of 400×400 pixels", "photo": "a JPEG of 12 megapixels"}


def percent(share: float, digits: int = 2) -> str:
    return f"{share * 100:.{digits}f} %"


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def results(figures: dict) -> str:
    """Every model: size, accuracy on the test set and on people's pictures, calibration, parity."""
    rows = []
    for name in MODELS:
        score, graph = figures["scores"][name], figures["graphs"][name]
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


def benchmark(figures: dict) -> str:
    """Every graph beside torch and the arithmetic floor; then the way from picture to label."""
    if "benchmark" not in figures:
        return NOT_YET
    measured = figures["benchmark"]
    return "\n\n".join([_networks(measured), _whole_way(measured["whole_way"])])


def _networks(measured: dict) -> str:
    rows = []
    for name in (name for name in MODELS if name in measured["models"]):
        model = measured["models"][name]
        one, many = model["batch_1"], model["batch_256"]
        floor = model["flops"] / measured["flops_per_second"] * 1e6
        cost = one["onnxruntime, graph with stages"]["median"] / one["onnxruntime"]["median"] - 1
        rows.append([
            f"`{name}`",
            f"{floor:.1f}",
            f"{one['eager']['median']:.0f}",
            f"{one['compile']['median']:.0f}",
            f"{one['onnxruntime']['median']:.0f} ({one['onnxruntime']['p99']:.0f})",
            f"{one['eager']['median'] / one['onnxruntime']['median']:.1f}",
            " / ".join(f"{many[way]['median'] / 256:.1f}"
                       for way in ("eager", "compile", "onnxruntime")),
            f"{cost:+.0%}",
            f"{model['start_ms']:.0f} ms",
        ])  # fmt: skip
    head = ["model", "floor", "torch", "torch.compile", "onnxruntime (p99)", "times as fast",
            "a picture in a batch of 256: torch / compile / onnxruntime",
            "what stages among the outputs would cost", "session starts in"]  # fmt: skip
    return table(head, rows)


def _whole_way(measured: dict) -> str:
    rows = []
    for name, took in measured.items():
        steps = ", ".join(f"{word} {ms:.2f}" for word, ms in took["steps"].items())
        rows.append([f"`{name}`", WAYS[took["kind"]], f"{took['median']:.2f} ms", steps])
    return table(["model", "from", "median", "of which, ms"], rows)


def training(figures: dict) -> str:
    """Our loop beside the tutorials', and the schedule made for speed."""
    if len(figures.get("training", {})) < len(TUTORIAL_SAYS):
        return NOT_YET
    rows = []
    for dataset, took in figures["training"].items():
        rows.append([
            dataset,
            f"{took['theirs']:.1f} s",
            f"{took['ours']:.1f} s",
            f"{took['theirs'] / took['ours']:.1f}",
            f"{percent(took['tutorial_accuracy'])} in {took['tutorial_seconds']:.0f} s",
            f"{percent(took['fast_accuracy'])} in {took['fast_seconds']:.0f} s",
            f"{took['tutorial_seconds'] / took['fast_seconds']:.0f}",
        ])  # fmt: skip
    head = ["dataset", "an epoch of the tutorial's loop", "of ours", "times as fast",
            "the tutorial", "fast schedule, mean of five seeds", "times as fast"]  # fmt: skip
    return table(head, rows)


def start(figures: dict) -> str:
    """What `python app.py` costs."""
    if "start" not in figures:
        return NOT_YET
    took = figures["start"]
    rows = [
        ["from `python app.py` to the first answered request", f"{took['answered_seconds']:.1f} s"],
        [
            "importing the app; Gradio alone",
            f"{took['import_app_seconds']:.1f} s; {took['import_gradio_seconds']:.1f} s",
        ],
        ["memory of the running app, all its processes", f"{took['memory_mb']:.0f} MB"],
        ["environment of requirements.txt", f"{took['environment_mb']:.0f} MB"],
        ["files of this repository", f"{took['repository_mb']:.1f} MB"],
    ]
    return table(["", ""], rows)


def shift(figures: dict) -> str:
    """How much stays right when the picture is moved: plain networks against convolutional ones."""
    distances = (0, 2, 4, 6, 8)
    rows = []
    for name, score in figures["shift"].items():
        by_distance = [percent(score["by_distance"][d], 1) for d in distances]
        rows.append([f"`{name}`", percent(score["share"], 1), *by_distance])
    return table(["model", "all moves", *(f"{d} pixels" for d in distances)], rows)


def load(figures: dict) -> str:
    """How long an answer takes when many draw at once."""
    if "load" not in figures:
        return "Not measured yet: `python tests/load.py --write` does."
    rows = []
    by_number = sorted(figures["load"]["rows"].items(), key=_row_order)
    for name, row in by_number:
        milliseconds = (f"{row[key]:.0f} ms" for key in ("p50_ms", "p95_ms", "p99_ms"))
        rate = f"{row['requests_per_second']:.0f}"
        rows.append([name, rate, *milliseconds, f"{row['errors']:.0f}"])
    head = ["visitors who draw", "answers a second", "p50", "p95", "p99", "errors"]
    return table(head, rows)


def _row_order(row: tuple[str, dict]) -> tuple:
    name = row[0]
    return not name.isdecimal(), int(name.split()[0]), "photos" in name


def soak(figures: dict) -> str:
    """What long use leaves behind."""
    if "soak" not in figures:
        return "Not measured yet: `python tests/soak.py --write` does."
    found = figures["soak"]
    server_errors = sum(count for status, count in found["statuses"].items() if status >= "500")
    rows = [[
        f"{found['minutes']:g}",
        f"{found['requests']:,}",
        f"{server_errors}",
        f"{found['memory_app_mb']:.0f} + {found['memory_helper_mb']:.0f} MB",
        f"{found['memory_growth'] * 100:+.1f} %",
        f"{found['open_files'][0]}, {found['open_files'][1]}",
        f"{found['temporary_files']}",
    ]]  # fmt: skip
    head = ["minutes", "requests", "of them 5xx", "memory, app + helper",
            "growth, last against middle third", "open files, middle and last third",
            "most temporary files"]  # fmt: skip
    return table(head, rows)


TABLES = {"shift": shift, "results": results, "tutorials": tutorials, "refusals": refusals,
          "load": load, "soak": soak, "benchmark": benchmark, "training": training,
          "start": start}  # fmt: skip


def written(text: str, figures: dict) -> str:
    """The README's text with every table between its marks written anew.

    Raises:
        ValueError: a mark is missing; the message names it.
    """
    for word, make in TABLES.items():
        start, end = f"<!-- {word} -->", f"<!-- end of {word} -->"
        if text.count(start) != 1 or text.count(end) != 1:
            raise ValueError(f"README.md needs the marks {start} and {end}, once each.")
        before, rest = text.split(start)
        text = f"{before}{start}\n{make(figures)}\n{end}{rest.split(end)[1]}"
    return text
