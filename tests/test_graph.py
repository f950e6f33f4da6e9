"""From a torch network to its graph, and the comparison of the two."""

from collections import OrderedDict

import numpy as np
import onnxruntime
import pytest
import torch
from torch import nn

from export import graph, parity


class Residual(nn.Module):
    """A block with all that is hard: folded norms, a relu in place, a layer used twice."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(4, 4, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(4)
        self.relu = nn.ReLU(inplace=True)
        self.pool = nn.MaxPool2d(2)

    def forward(self, image):
        return self.pool(self.pool(self.relu(self.norm(self.conv(image))) + image))


@pytest.fixture
def residual() -> nn.Module:
    torch.manual_seed(0)
    net = nn.Sequential(
        OrderedDict(
            conv=nn.Conv2d(1, 4, 3, padding=1, bias=False),
            norm=nn.BatchNorm2d(4),
            relu=nn.ReLU(inplace=True),
            block=Residual(),
            pool=nn.AdaptiveAvgPool2d(1),
            flatten=nn.Flatten(),
            fc=nn.Linear(4, 10),
        )
    )
    for layer in net.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.running_mean.normal_()
            layer.running_var.uniform_(0.5, 2)
            nn.init.normal_(layer.weight)
            nn.init.normal_(layer.bias)
    return net.eval()


@torch.no_grad()
def test_norms_are_folded_and_every_stage_is_what_the_network_computed(residual):
    stages = graph.Stages(residual, temperature=2.0)
    assert not any(isinstance(layer, nn.BatchNorm2d) for layer in stages.modules())
    names = ("conv", "block_conv", "block_pool", "block_pool_2", "pool")
    assert stages.output_names[3:] == names
    image = torch.rand(3, 1, 28, 28)
    seen = dict(zip(stages.output_names, stages(image), strict=True))
    torch.testing.assert_close(seen["logits"], residual(image), atol=1e-6, rtol=1e-5)
    torch.testing.assert_close(seen["probabilities"], torch.softmax(residual(image) / 2, 1))
    torch.testing.assert_close(seen["energy"], residual(image).exp().sum(1).log())
    normed = residual.norm(residual.conv(image))
    torch.testing.assert_close(seen["conv"], normed, atol=1e-6, rtol=1e-5)
    assert (seen["conv"] < 0).any()  # a relu in place would have overwritten it
    model = graph.to_graph(
        stages, (torch.zeros(2, 1, 28, 28),), ["image"], stages.output_names, ({0: "batch"},)
    )
    session = onnxruntime.InferenceSession(model.SerializeToString())
    names = stages.output_names
    figures = parity.compare_classifier(session, names, residual, stages, None)
    assert figures["equal"] == figures["compared"] == 66
    with pytest.raises(parity.Mismatch, match="the outputs are"):
        parity.compare_classifier(session, names[:3], residual, stages, None)
    quick = onnxruntime.InferenceSession(graph.only(model, names[:3]).SerializeToString())
    figures = parity.compare_classifier(quick, names[:3], residual, stages, None)
    assert figures["equal"] == figures["compared"] == 66
    assert "stages" not in figures
    with pytest.raises(parity.Mismatch, match="the outputs are"):
        parity.compare_classifier(quick, names, residual, stages, None)


@pytest.mark.parametrize("value", [np.nan, 2e-5, 1.0])
def test_numbers_apart_are_a_mismatch(value):
    seen = parity.Differences(["logits"], parity.TOLERANCE)
    with pytest.raises(parity.Mismatch, match="logits differs"):
        seen.add("logits", "logits", np.full((1, 10), value, np.float32), torch.zeros(1, 10))


def test_differences_count_beside_the_largest_value():
    seen = parity.Differences(["logits"], parity.TOLERANCE)
    expected = torch.tensor([[100.0, 0.0], [0.5, 0.0]], dtype=torch.float64)
    apart = np.array([[5e-4, 0], [0, 5e-6]])
    seen.add("logits", "logits", expected.numpy() + apart, expected)
    assert seen.absolute["logits"] == pytest.approx(5e-4)
    assert seen.relative["logits"] == pytest.approx(5e-6)
