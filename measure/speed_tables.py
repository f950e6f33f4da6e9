"""The tables of how fast and how steady everything is."""

from measure import machine
from measure.cells import not_yet, percent, table
from models.specs import MODELS

WAYS = {
    "ink": "the ink of a canvas of 400×400 pixels", "sketch": "a file of that drawing",
    "photo": "a JPEG of 12 megapixels",
}  # fmt: skip


def benchmark(figures: dict) -> str:
    """Every graph beside torch and the arithmetic floor; then the way from picture to label."""
    if "benchmark" not in figures:
        return not_yet("speed.py --write")
    measured = figures["benchmark"]
    return "\n\n".join([
        _networks(measured),
        _whole_way(measured["whole_way"]),
        f"{machine.sentence(measured)} One thread. {_calls(measured['models'])}",
    ])  # fmt: skip


def _calls(models: dict) -> str:
    sizes = (("batch_1", "a picture"), ("batch_256", "a batch"))
    fewest = {
        word: min(
            took.get("calls", 0) for model in models.values() for took in model[size].values()
        )
        for size, word in sizes
    }
    if not all(fewest.values()):
        return "How many calls was not noted."
    each = " and ".join(f"{calls:,} calls with {word}" for word, calls in fewest.items())
    return f"Medians of at least {each}, side by side."


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


def _whole_way(measured: list[dict]) -> str:
    rows = []
    for took in measured:
        steps = ", ".join(f"{word} {ms:.2f}" for word, ms in took["steps"].items())
        rows.append([f"`{took['model']}`", WAYS[took["kind"]], f"{took['median']:.2f} ms", steps])
    return table(["model", "from", "median", "of which, ms"], rows)


def training(figures: dict) -> str:
    """Our loop beside the tutorials', and the schedule made for speed."""
    if len(figures.get("training", {})) < sum(s.recipe == "tutorial" for s in MODELS.values()):
        return not_yet("training.py --whole --fast --write")
    rows = []
    for dataset, took in figures["training"].items():
        scored = figures["scores"][f"{dataset}_tutorial"]["test_accuracy"]
        accuracies = took["tutorial_accuracy"], scored, took["bfloat16_accuracy"]
        rows.append([
            dataset,
            _theirs(took),
            *(_ours(took, products) for products in ("float32", "bfloat16")),
            " / ".join(map(percent, accuracies)),
            f"{percent(took['fast_accuracy'])} in {took['fast_seconds']:.0f} s",
            f"{took['tutorial_seconds'] / took['fast_seconds']:.0f}",
        ])  # fmt: skip
    head = ["dataset", "an epoch of the tutorial's loop", "of ours", "of ours in bfloat16",
            "test accuracy: tutorial / ours / in bfloat16",
            "fast schedule, mean of five seeds", "times as fast as the whole tutorial"]  # fmt: skip
    threads = f"{took['threads']} threads; an epoch is the median turn of one run."
    return f"{table(head, rows)}\n\n{machine.sentence(took)} {threads}"


def _theirs(took: dict) -> str:
    whole, scoring = f"{took['theirs']:.1f} s", took["scoring"]
    return f"{whole}, {scoring:.1f} s of it on the test set" if scoring > 0.05 else whole


def _ours(took: dict, products: str) -> str:
    return f"{took[products]:.1f} s: {took['theirs'] / took[products]:.1f} times as fast"


def start(figures: dict) -> str:
    """What `python app.py` costs."""
    if "start" not in figures:
        return not_yet("speed.py --start --write")
    took = figures["start"]
    rows = [
        ["from `python app.py` to the first answered request", f"{took['answered_seconds']:.1f} s"],
        [
            "importing the app; Gradio alone, as it comes",
            f"{took['import_app_seconds']:.1f} s; {took['import_gradio_seconds']:.1f} s",
        ],
        ["memory of the running app, all its processes", f"{took['memory_mb']:.0f} MB"],
        ["environment of requirements.txt", f"{took['environment_mb']:.0f} MB"],
        ["files of this repository", f"{took['repository_mb']:.1f} MB"],
    ]
    if "ended_seconds" in took:
        rows.insert(
            1, ["from being asked to end to having ended", f"{took['ended_seconds']:.1f} s"]
        )
    return f"{table(['', ''], rows)}\n\n{machine.sentence(took)} The best of three runs."


def bulk(figures: dict) -> str:
    """A folder of pictures beside the bare graph."""
    if "bulk" not in figures:
        return not_yet("speed.py --bulk --write")
    rows = [
        [f"`{name}`", f"{took['folder']:,.0f}", f"{took['bare']:,.0f}", f"{took['share']:.0%}"]
        for name, took in figures["bulk"]["models"].items()
    ]
    head = ["model", "PNG files a second", "the bare graph, pictures a second", "share of it"]
    where = machine.sentence(figures["bulk"])
    return f"{table(head, rows)}\n\n{where} Medians of three rounds, both ways in turn."


def load(figures: dict) -> str:
    """How long an answer takes when many draw at once."""
    if "load" not in figures:
        return not_yet("load.py --write")
    rows = []
    by_number = sorted(figures["load"]["rows"].items(), key=_row_order)
    for name, row in by_number:
        milliseconds = (f"{row[key]:.0f} ms" for key in ("p50_ms", "p95_ms", "p99_ms"))
        rate = f"{row['requests_per_second']:.0f}"
        rows.append([name, rate, *milliseconds, f"{row['errors']:.0f}"])
    head = ["visitors who draw", "answers a second", "p50", "p95", "p99", "errors"]
    runs = f"One run of {figures['load']['seconds']:g} s a row."
    return f"{table(head, rows)}\n\n{machine.sentence(figures['load'])} {runs}"


def _row_order(row: tuple[str, dict]) -> tuple:
    name = row[0]
    return not name.isdecimal(), int(name.split()[0]), "photos" in name
