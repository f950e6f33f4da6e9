"""A network's layers as they are computed, found in the network itself: for the catalogue."""

from collections import Counter
from collections.abc import Container
from dataclasses import dataclass, replace
from itertools import chain, count
from operator import add

import torch
from torch import nn
from torch.fx import Graph, GraphModule, Node, Tracer
from torch.fx.passes.shape_prop import ShapeProp

from train.networks import Block, MeanOfBoth, Normalise, WithMirrored, parameters

OPS = {
    Normalise: "normalise",
    nn.Conv2d: "conv",
    nn.ReLU: "relu",
    nn.MaxPool2d: "max",
    nn.AvgPool2d: "average",
    nn.Flatten: "flatten",
    MeanOfBoth: "mirror",
    nn.Linear: "linear",
}
FUNCTIONS = {torch.relu: "relu", add: "add"}
# In use they pass on what they get, or what is shown of it: mirror images are not.
PASSING = (nn.Identity, nn.Dropout, WithMirrored)
INPUT = "input"


@dataclass(frozen=True)
class Layer:
    """One step of a network.

    name: what the graph calls its output, where that is one of the graph's.
    op: a value of OPS or FUNCTIONS, or "softmax".
    sources: names of the layers whose outputs it takes; "input" is the picture.
    block: the residual block that it belongs to, or "".
    shape: of its output for one picture.
    kernel, stride, padding: of the window of "conv", "max" and "average"; else 0.
    parameters: how many numbers it learnt.
    weights, norm: what the weights file calls its parameters, and those of the batch norm that
        follows it and is folded into it; or "".
    """

    name: str
    op: str
    sources: tuple[str, ...]
    block: str
    shape: tuple[int, ...]
    kernel: int = 0
    stride: int = 0
    padding: int = 0
    parameters: int = 0
    weights: str = ""
    norm: str = ""


class _Tracer(Tracer):
    """Looks into blocks, and not into the layers that networks.py defines."""

    def is_leaf_module(self, module: nn.Module, path: str) -> bool:
        return (
            type(module) in OPS
            or super().is_leaf_module(module, path)
            or isinstance(module, PASSING)
        )


def layers(net: nn.Module) -> list[Layer]:
    """Every layer in the order of execution; the last two are "logits" and "probabilities".

    Raises:
        ValueError: a layer's operation is unknown, or the network does not end with a linear one.
    """
    net = net.eval()
    graph = _Tracer().trace(net)
    traced = GraphModule(net, graph)
    with torch.no_grad():
        ShapeProp(traced).propagate(torch.zeros(1, 1, 28, 28))
    found: dict[str, Layer] = {}
    names: dict[Node, str] = {}  # whose output a node's output is shown as
    uses = _uses(graph, net)
    for node in graph.nodes:
        if node.op == "placeholder":
            names[node] = INPUT
        elif node.op != "output":
            names[node] = _add(node, net, found, names, uses)
    return _ended(list(found.values()))


def _add(
    node: Node, net: nn.Module, found: dict[str, Layer], names: dict[Node, str], uses: Counter
) -> str:
    """Put the layer of that node into `found`; the name that its output is known by."""
    sources = tuple(names[source] for source in node.all_input_nodes)
    module = net.get_submodule(node.target) if node.op == "call_module" else None
    if isinstance(module, PASSING):
        return sources[0]
    if isinstance(module, nn.BatchNorm2d):
        before = found[sources[0]]
        learnt = before.parameters + parameters(module)
        found[before.name] = replace(before, norm=node.target, parameters=learnt)
        return before.name
    op = OPS.get(type(module)) if module else FUNCTIONS.get(node.target)
    if op is None:
        raise ValueError(f"The network has a layer of an unknown operation: {node.format_node()}.")
    block = _block(node, net)
    if module:
        name = again(node.target.replace(".", "_"), found)
    else:
        name = _numbered(f"{block}_{op}", found, uses)
    shape = tuple(node.meta["tensor_meta"].shape[1:])
    found[name] = Layer(name, op, sources, block, shape, **_told(module, node.target))
    return name


def again(name: str, taken: Container[str]) -> str:
    """The name, or of a layer that is used again: name_2, name_3 …"""
    counted = chain([name], (f"{name}_{uses}" for uses in count(2)))
    return next(candidate for candidate in counted if candidate not in taken)


def _told(module: nn.Module | None, path: str) -> dict:
    """What a module says about itself."""
    if isinstance(module, nn.Conv2d):
        sides = {"kernel": module.kernel_size[0], "stride": module.stride[0]}
        return sides | {"padding": module.padding[0], **_learnt(module, path)}
    if isinstance(module, (nn.MaxPool2d, nn.AvgPool2d)):
        return {"kernel": module.kernel_size, "stride": module.stride}
    if isinstance(module, (nn.Linear, Normalise)):
        return _learnt(module, path)
    return {}


def _learnt(module: nn.Module, path: str) -> dict:
    return {"parameters": parameters(module), "weights": path}


def _block(node: Node, net: nn.Module) -> str:
    """The path of the residual block that the node was met in, or ""."""
    inside = (path for path, _ in node.meta.get("nn_module_stack", {}).values())
    return next((path for path in inside if isinstance(net.get_submodule(path), Block)), "")


def _uses(graph: Graph, net: nn.Module) -> Counter:
    """How often each block calls each function."""
    calls = (node for node in graph.nodes if node.target in FUNCTIONS)
    return Counter(f"{_block(node, net)}_{FUNCTIONS[node.target]}" for node in calls)


def _numbered(name: str, found: dict[str, Layer], uses: Counter) -> str:
    """Functions have no names of their own: theirs is the operation, numbered if there are more."""
    if uses[name] == 1:
        return name
    return next(f"{name}{i}" for i in range(1, uses[name] + 1) if f"{name}{i}" not in found)


def _ended(found: list[Layer]) -> list[Layer]:
    """The last layer called as the graph calls its output, and the softmax that follows it."""
    *others, last = found
    if last.op != "linear":
        raise ValueError(f"The network ends with {last.name}, a layer of the operation {last.op}.")
    logits = replace(last, name="logits")
    return [*others, logits, Layer("probabilities", "softmax", ("logits",), "", last.shape)]
