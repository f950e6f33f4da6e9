"""The order of layers that training takes computes what the network does."""

import pytest
import torch

from train.faster import convolutions_in_bfloat16, pooled_first, way
from train.networks import NETWORKS


@pytest.mark.parametrize("network", NETWORKS)
def test_pooling_first_changes_no_value_no_gradient_and_no_name(network):
    torch.manual_seed(0)
    net = NETWORKS[network]().eval()  # nothing is dropped at random
    image = torch.rand(16, 1, 28, 28)
    image[:, :, :10] = 0  # ties
    found = []
    for taken in (net, pooled_first(net)):
        net.zero_grad()
        logits = taken(image)
        logits.square().sum().backward()
        gradients = [parameter.grad.clone() for parameter in net.parameters()]
        found.append([logits, *gradients, *taken.state_dict().values()])
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


@pytest.mark.parametrize("network", NETWORKS)
def test_the_way_that_training_takes_gives_the_networks_values_and_gradients(network):
    torch.manual_seed(0)
    net = NETWORKS[network]().to(memory_format=torch.channels_last).eval()
    image = torch.rand(16, 1, 28, 28)
    found = []
    for taken in (net, way(net)):
        net.zero_grad()
        logits = taken(image)
        logits.square().sum().backward()
        found.append([logits, *(parameter.grad.clone() for parameter in net.parameters())])
    for one, other in zip(*found, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-4)


def test_only_a_relu_before_a_max_pooling_moves():
    names = [name for name, _ in pooled_first(NETWORKS["MnistCNN"]()).named_children()]
    assert names == ["conv1", "pool1", "relu1", "conv2", "pool2", "relu2", "flatten", "fc"]
    fashion = NETWORKS["FashionCNN"]()
    assert [*pooled_first(fashion).children()] == [*fashion.children()]
