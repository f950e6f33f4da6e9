"""The robust recipe's parts: the optimiser for kernels, and pictures skipped without bias."""

from copy import deepcopy

import pytest
import torch
from torch import nn

from train.mixture import SKIPPED, Mixture, Source, classes
from train.muon import KernelMuon
from train.networks import GarmentResNet
from train.pictures import data


def channels_last() -> nn.Module:
    torch.manual_seed(0)
    return GarmentResNet().to(memory_format=torch.channels_last)


def stepped(net: nn.Module, optimiser: KernelMuon, seed: int) -> None:
    torch.manual_seed(seed)
    optimiser.zero_grad()
    assert all(p.grad is None for p in net.parameters())
    net(torch.rand(4, 1, 28, 28)).logsumexp(1).mean().backward()
    optimiser.step()


def test_muon_turns_every_direction_of_a_kernel_alike():
    net = channels_last()
    optimiser = KernelMuon(net, lr=0.01, weight_decay=0.0)
    before = {name: p.detach().clone() for name, p in net.named_parameters()}
    stepped(net, optimiser, 1)
    moved = {name: p.detach() - before[name] for name, p in net.named_parameters()}
    assert all(step.abs().max() > 0 for step in moved.values())
    # Newton-Schulz brings all singular values near 1, times lr * 0.2 * sqrt(longer side).
    kernel = moved["block3.conv1.weight"].flatten(1)
    values = torch.linalg.svdvals(kernel) / (0.01 * 0.2 * max(kernel.shape) ** 0.5)
    assert 0.5 < values.median() < 1.3
    assert values.max() < 1.6
    # AdamW's first step is lr in each number.
    assert moved["fc.weight"].abs().median() == pytest.approx(0.01, rel=0.01)
    assert moved["conv.weight"].abs().median() == pytest.approx(0.01, rel=0.05)


def test_muon_goes_on_from_its_state_as_if_unbroken():
    unbroken = channels_last()
    optimiser = KernelMuon(unbroken, 0.01, 0.05)
    stepped(unbroken, optimiser, 1)
    resumed = channels_last()
    resumed.load_state_dict(unbroken.state_dict())
    other = KernelMuon(resumed, 0.5, 0.05)
    other.load_state_dict(deepcopy(optimiser.state_dict()))
    assert [group["lr"] for group in other.param_groups] == [0.01, 0.01]
    for group in (*optimiser.param_groups, *other.param_groups):
        group["lr"] = 0.002  # what a schedule does
    stepped(unbroken, optimiser, 2)
    stepped(resumed, other, 2)
    for name, value in unbroken.state_dict().items():
        assert torch.equal(value, resumed.state_dict()[name]), name


def test_muon_wants_kernels_that_are_matrices_in_memory():
    with pytest.raises(ValueError, match="channels_last"):
        KernelMuon(GarmentResNet(), 0.01, 0.05)


@pytest.fixture
def mixture() -> Mixture:
    images, labels = data.made_up(4000)
    dataset = Source("dataset", images, classes(labels), 40, lambda image: image)
    others = Source("others", images[:30], classes(labels[:30]), 5, lambda image: image)
    return Mixture([dataset, others], epochs=8, seed=1)


def test_a_first_epoch_is_one_pass_with_a_fixed_share_of_every_source(mixture):
    seen = []
    for image, target in mixture.epoch(0):
        assert image.shape == (45, 1, 28, 28)
        assert target.allowed.shape == (45, 11)
        assert (target.weight == 1).all()
        seen += target.chosen.tolist()
    assert sorted(seen) == list(range(4000))


def test_easy_pictures_come_less_often_and_count_as_much_in_all(mixture):
    mixture.losses[:3000], mixture.losses[3000:] = 0.1, 2.0
    times, weights = torch.zeros(4000), torch.zeros(4000)
    for number in range(1, 6):
        for _, target in mixture.epoch(number):
            times.index_add_(0, target.chosen, torch.ones(40))
            weights.index_add_(0, target.chosen, target.weight[:40])
    easy, hard = times[:3000].mean(), times[3000:].mean()
    assert easy / hard == pytest.approx(1 - SKIPPED, rel=0.05)
    assert weights[:3000].mean() == pytest.approx(weights[3000:].mean().item(), rel=0.05)


def test_the_end_of_a_run_sees_every_picture(mixture):
    mixture.losses[:3000], mixture.losses[3000:] = 0.1, 2.0
    seen = [place for _, target in mixture.epoch(7) for place in target.chosen.tolist()]
    assert sorted(seen) == list(range(4000))


def test_what_a_batch_cost_is_remembered_where_it_came_from(mixture):
    image, target = next(mixture.epoch(0))
    net = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    loss, right = mixture.loss_of(net, image, target)
    assert right.shape == (45,)
    known = mixture.losses.isfinite()
    assert known.sum() == 40
    assert known[target.chosen].all()
    expected = net(image).detach()
    assert torch.isfinite(expected).all()
    again = Mixture(mixture.sources, epochs=8, seed=1)
    again.load_state_dict(mixture.state_dict())
    assert torch.equal(again.losses, mixture.losses)
    assert loss.item() > 0
