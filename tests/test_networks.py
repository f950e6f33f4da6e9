"""The networks and their sizes."""

import pytest
import torch

from models.specs import MODELS
from train.networks import NETWORKS, parameters


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
