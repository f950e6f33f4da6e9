"""train/calibrate.py: the temperature and the threshold that are fitted to held-out logits."""

import pytest
import torch

from train import calibrate


def test_the_temperature_of_logits_that_are_three_times_too_sure():
    generator = torch.Generator().manual_seed(0)
    logits = 2 * torch.randn(20_000, 10, generator=generator)
    labels = torch.multinomial(torch.softmax(logits, 1), 1, generator=generator).squeeze(1)
    assert calibrate.temperature(3 * logits, labels) == pytest.approx(3, rel=0.05)
    assert calibrate.consistent_temperature(3 * logits, labels) == pytest.approx(3, rel=0.05)


@pytest.mark.parametrize(("subject", "share"), [("digit", 0.002), ("garment", 0.015)])
def test_the_threshold_turns_away_the_share_it_is_allowed(subject, share):
    logits = torch.randn(10_000, 10, generator=torch.Generator().manual_seed(0))
    limit = calibrate.threshold(logits, calibrate.REJECTED[subject])
    away = (torch.logsumexp(logits, 1) < limit).float().mean().item()
    assert away == pytest.approx(share, abs=2e-4)
