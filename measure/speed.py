"""Time the networks and the whole way from picture to label, everything side by side.

    python measure/speed.py                # every model
    python measure/speed.py mnist          # one
    python measure/speed.py --write        # and put the figures into models/results.json
    python measure/speed.py --start        # start-up time, memory and sizes instead
    python measure/speed.py --bulk         # a folder of pictures beside the bare graph instead

One thread, one process; what is compared is called side by side (measure/clock.py): read the
ratios. The arithmetic floor is the graph's floating-point operations over the rate of the fastest
large float32 matrix product of this machine.
"""

import argparse
import sys
import time
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script: find the project

import cv2
import numpy as np
import onnx.parser
import torch
from torch.utils.flop_counter import FlopCounterMode

from export.names import model_name
from measure import bulk_speed, machine, start, whole_way
from measure.clock import side_by_side
from models import results
from models.classifier import ANSWERS, INPUT
from models.sessions import CPU, one_thread, open_session
from models.specs import MODELS, ModelSpec
from train.networks import NETWORKS
from train.weights import read_weights

SECONDS = {1: 2.0, 256: 6.0}  # spent on each model, by batch size
IN_A_ROW = {1: 25, 256: 1}  # calls
GRAPH_WITH_STAGES = "onnxruntime, graph with stages"
REPEATS = 9  # of what is slow to begin: session starts, matrix products


def measure(spec: ModelSpec, compiled: bool = True, seconds: dict = SECONDS) -> dict:
    """All figures of one model; times in µs. Sets torch to one thread."""
    torch.set_num_threads(1)
    weights, facts = read_weights(spec.weights)
    net = NETWORKS[spec.network]().eval()
    net.load_state_dict(weights)
    answering = Answering(net, facts["temperature"])
    session = open_session(spec.answer_graph, gpu=False)
    with_stages = open_session(spec.graph, gpu=False)
    figures = {
        "bytes": spec.graph.stat().st_size,
        "start_ms": np.median([_start(spec) for _ in range(REPEATS)]) * 1000,
        "flops": flops(net),
    }
    ways = {"eager": answering}
    if compiled:
        torch.compiler.reset()  # else the fourth network falls back to eager: too many variants
        begun = time.perf_counter()
        ways["compile"] = torch.compile(answering, dynamic=False)
        for size in seconds:
            with torch.inference_mode():
                ways["compile"](torch.zeros(size, 1, 28, 28))
        figures["compile_seconds"] = time.perf_counter() - begun
    for size in seconds:
        batch = np.random.default_rng(28).random((size, 1, 28, 28), np.float32)
        calls = {word: _torch_call(way, batch) for word, way in ways.items()}
        stages = [output.name for output in with_stages.get_outputs()]
        calls |= {
            "onnxruntime": _graph_call(session, batch, ANSWERS),
            GRAPH_WITH_STAGES: _graph_call(with_stages, batch, ANSWERS),
            "all stages": _graph_call(with_stages, batch, stages),
        }
        figures[f"batch_{size}"] = side_by_side(calls, seconds[size], IN_A_ROW[size])
    return figures


class Answering(torch.nn.Module):
    """What the graph answers: both sides of the race do the same."""

    def __init__(self, net: torch.nn.Module, temperature: float):
        super().__init__()
        self.net, self.temperature = net, temperature

    def forward(self, image: torch.Tensor) -> tuple[torch.Tensor, ...]:
        logits = self.net(image)
        probabilities = torch.softmax(logits / self.temperature, 1)
        return logits, probabilities, torch.logsumexp(logits, 1)


def flops(net: torch.nn.Module) -> int:
    """Floating-point operations for one picture; a multiply-add counts as two."""
    with FlopCounterMode(display=False) as counter, torch.inference_mode():
        net(torch.zeros(1, 1, 28, 28))
    return counter.get_total_flops()


def matrix_rate(side: int = 1024) -> float:
    """Floating-point operations a second of a float32 matrix product on one thread: the faster of
    torch's and onnxruntime's, for torch's library takes its slower way on some processors."""
    torch.set_num_threads(1)
    a, b = torch.rand(side, side), torch.rand(side, side)
    graph = onnx.parser.parse_model(f"""
        <ir_version: 10, opset_import: ["": 20]>
        product (float[{side},{side}] a, float[{side},{side}] b) => (float[{side},{side}] c) {{
            c = MatMul(a, b)
        }}""")
    session = one_thread(graph.SerializeToString(), [CPU])
    feed = {"a": a.numpy(), "b": b.numpy()}
    best = float("inf")
    for call in (lambda: torch.mm(a, b), lambda: session.run(None, feed)):
        for _ in range(REPEATS):
            begun = time.perf_counter()
            call()
            best = min(best, time.perf_counter() - begun)
    return 2 * side**3 / best


def _torch_call(net, batch: np.ndarray):
    tensor = torch.from_numpy(batch)

    def call():
        with torch.inference_mode():
            net(tensor)

    return call


def _graph_call(session, batch: np.ndarray, outputs):
    """From onnxruntime's tensors to its tensors, as torch is timed from its own to its own: what
    making arrays of them costs is part of the whole way, below."""
    binding = session.io_binding()
    binding.bind_cpu_input(INPUT, batch)
    for name in outputs:
        binding.bind_output(name)

    return lambda: session.run_with_iobinding(binding)


def _start(spec: ModelSpec) -> float:
    begun = time.perf_counter()
    open_session(spec.answer_graph, gpu=False)
    return time.perf_counter() - begun


def show(name: str, figures: dict, rate: float) -> None:
    floor = figures["flops"] / rate * 1e6
    print(
        f"\n{name}: {figures['bytes']:,} bytes, session starts in {figures['start_ms']:.1f} ms, "
        f"compiling takes {figures.get('compile_seconds', 0):.0f} s, {figures['flops']:,} "
        f"operations a picture, floor {floor:.1f} µs"
    )
    for size in SECONDS:
        ways = figures[f"batch_{size}"]
        print(f"  batch {size}, µs a picture: median (p99)")
        for word, took in ways.items():
            ratio = ways["eager"]["median"] / took["median"]
            print(
                f"    {word:31}{took['median'] / size:10.1f} ({took['p99'] / size:.1f})"
                f"  {ratio:5.2f} × eager, {took['median'] / size / floor:5.1f} × floor"
            )
        cost = ways[GRAPH_WITH_STAGES]["median"] / ways["onnxruntime"]["median"] - 1
        print(f"    stages among the outputs would slow the plain answer by {cost:+.1%}")


def main(words: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Time the networks and the whole way.")
    parser.add_argument("names", nargs="*", type=model_name, help="models (default: all)")
    parser.add_argument("--write", action="store_true", help="into models/results.json")
    parser.add_argument("--start", action="store_true", help="start-up, memory and sizes")
    parser.add_argument("--bulk", action="store_true", help="a folder beside the bare graph")
    args = parser.parse_args(words)
    specs = [MODELS[name] for name in args.names or MODELS if MODELS[name].graph.exists()]
    names = [spec.name for spec in specs]
    if args.start:
        return _noted("start", start.measure(), start.show, args.write)
    if args.bulk:
        return _noted("bulk", bulk_speed.measure(names), bulk_speed.show, args.write)
    warnings.simplefilter("ignore")  # of torch.compile about its own insides
    cv2.setNumThreads(1)
    figures = {"models": {}, "machine": machine.facts("torch", "onnxruntime")}
    rate = matrix_rate()
    print(f"{machine.sentence(figures)} One thread.")
    print(f"float32 matrix product: {rate / 1e9:.1f} GFLOP/s")
    for spec in specs:
        figures["models"][spec.name] = measure(spec)
        rate = max(rate, matrix_rate())
        show(spec.name, figures["models"][spec.name], rate)
    figures["whole_way"] = whole_way.measure(names)
    whole_way.show(figures["whole_way"])
    figures["flops_per_second"] = rate
    if args.write:
        results.update("benchmark", figures)


def _noted(key: str, figures: dict, show_them, write: bool) -> None:
    show_them(figures)
    if write:
        results.update(key, figures)


if __name__ == "__main__":
    main()
