"""The networks: their sizes, and the order of layers that training takes instead."""

import pytest
import torch

from models.specs import MODELS
from train.networks import NETWORKS, convolutions_in_bfloat16, parameters, pooled_first


@pytest.mark.parametrize(
    ("network", "count"),
    [("FashionCNN", 21_840), ("MnistCNN", 50_186), ("MnistMLP", 50_095), ("FashionMLP", 21_475)],
)
def test_the_tutorial_networks_have_the_published_size(network, count):
    assert parameters(NETWORKS[network]()) == count


@pytest.mark.parametrize("name", MODELS)
def test_a_network_fits_its_budget_and_gives_ten_logits(name):
    net = NETWORKS[MODELS[name].network]().eval()
    assert parameters(net) <= 300_000
    with torch.no_grad():
        assert net(torch.rand(3, 1, 28, 28)).shape == (3, 10)


@pytest.mark.parametrize("network", NETWORKS)
def test_pooling_first_changes_no_value_no_gradient_and_no_name(network):
    torch.manual_seed(0)
    net = NETWORKS[network]().eval()  # nothing is dropped at random
    image = torch.rand(16, 1, 28, 28)
    image[:, :, :10] = 0  # ties
    found = []
    for way in (net, pooled_first(net)):
        net.zero_grad()
        logits = way(image)
        logits.square().sum().backward()
        gradients = [parameter.grad.clone() for parameter in net.parameters()]
        found.append([logits, *gradients, *way.state_dict().values()])
    assert net.state_dict().keys() == pooled_first(net).state_dict().keys()
    assert all(torch.equal(one, other) for one, other in zip(*found, strict=True))


@pytest.mark.parametrize("network", ["FashionCNN", "MnistCNN"])
def test_convolutions_in_bfloat16_come_near_and_leave_the_weights_alone(network):
    torch.manual_seed(0)
    net = NETWORKS[network]().eval()
    image = torch.rand(16, 1, 28, 28)
    exact, rounded = net(image), convolutions_in_bfloat16(net)(image)
    assert exact.dtype == rounded.dtype == torch.float32
    assert not torch.equal(exact, rounded)
    assert torch.allclose(exact, rounded, atol=0.02)
    rounded.square().sum().backward()
    assert all(weight.dtype == weight.grad.dtype == torch.float32 for weight in net.parameters())


def test_only_a_relu_before_a_max_pooling_moves():
    names = [name for name, _ in pooled_first(NETWORKS["MnistCNN"]()).named_children()]
    assert names == ["conv1", "pool1", "relu1", "conv2", "pool2", "relu2", "flatten", "fc"]
    fashion = NETWORKS["FashionCNN"]()
    assert [*pooled_first(fashion).children()] == [*fashion.children()]
