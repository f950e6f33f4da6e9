"""Parts of ink, the groups made of them, and which groups are the digits."""

import cv2
import numpy as np
import pytest
import torch

from train import parts
from train.parts import GROUPED, HIGH, PARTS, WIDE, Parts
from train.pictures import scribbles, shapes
from train.pictures.hand import render
from train.reading import Reading

FAMILIES = (shapes.spiral, shapes.rings, scribbles.wander, scribbles.hooks, scribbles.zigzag)


def bars(*places: int) -> torch.Tensor:
    """Upright bars that begin at these columns, uint8 (80, 200)."""
    ink = torch.zeros(80, 200, dtype=torch.uint8)
    for x in places:
        ink[10:70, x : x + 8] = 255
    return ink


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__)
def test_connected_parts_are_those_of_opencv(family):
    rng = np.random.default_rng(28)
    for _ in range(8):
        drawn = render(family(rng), HIGH - 2, 1, HIGH)
        inked = cv2.resize(drawn, (WIDE, HIGH), interpolation=cv2.INTER_NEAREST) > 100
        count, expected = cv2.connectedComponents(np.uint8(inked), connectivity=8)
        numbers = parts._numbered(torch.from_numpy(inked)).numpy()
        pairs = {*zip(expected.ravel().tolist(), numbers.ravel().tolist(), strict=True)}
        assert len(pairs) == count  # one number for each part, and no two parts with the same


def test_one_part_is_one_group_of_the_very_ink():
    ink = bars(60)
    ink[40, 62] = 3  # a faint pixel stays
    groups, spans, boxes = Parts()(ink)
    assert spans.tolist() == [[0, 1]]
    assert torch.equal(groups[0], ink)
    assert torch.allclose(boxes[0], torch.tensor((60.0, 10.0, 68.0, 70.0)), atol=2.5)


def test_no_ink_is_one_empty_group():
    groups, spans, _ = Parts()(torch.zeros(50, 70, dtype=torch.uint8))
    assert groups.shape == (1, 50, 70) and not groups.any()
    assert spans.tolist() == [[0, 1]]


def test_groups_are_the_runs_of_neighbours():
    groups, spans, _ = Parts()(bars(20, 60, 100))
    assert spans.tolist() == [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]]
    for group, (first, last) in zip(groups, spans.tolist(), strict=True):
        expected = torch.zeros(200, dtype=torch.bool)
        for x in (20, 60, 100)[first:last]:
            expected[x : x + 8] = True
        assert torch.equal(group.amax(0) > 0, expected)


def test_dirt_is_left_out():
    ink = bars(20, 120)
    ink[30:33, 70:73] = 255
    _, spans, _ = Parts()(ink)
    assert spans.max() == 2


def said(spans: torch.Tensor, sure: set[tuple[int, int]]) -> torch.Tensor:
    """Logits (N, 10): high for one digit where the span is among the sure ones, else none."""
    logits = torch.full((len(spans), 10), -4.0)
    for place, span in enumerate(spans.tolist()):
        if tuple(span) in sure:
            logits[place, 3] = 9.0
    return logits


def test_digits_side_by_side_are_read_apart():
    _, spans, boxes = Parts()(bars(20, 60, 100))
    chosen, _ = Reading()(said(spans, {(0, 1), (1, 2), (2, 3), (0, 3)}), spans, boxes)
    assert spans[chosen].tolist() == [[0, 1], [1, 2], [2, 3]]


def test_a_loose_bar_stays_with_its_digit():
    ink = bars(20)
    ink[10:16, 36:60] = 255  # the bar of a 5, a little apart
    _, spans, boxes = Parts()(ink)
    chosen, _ = Reading()(said(spans, {(0, 1), (0, 2)}), spans, boxes)
    assert spans[chosen].tolist() == [[0, 2]]


def test_the_digits_cover_every_part_once():
    generator = torch.Generator().manual_seed(28)
    for count in (1, 5, PARTS):
        _, spans, boxes = Parts()(bars(*range(10, 10 + 12 * count, 12)))
        assert len(spans) == sum(min(GROUPED, count - first) for first in range(count))
        chosen, _ = Reading()(torch.randn(len(spans), 10, generator=generator), spans, boxes)
        covered = [part for first, last in spans[chosen].tolist() for part in range(first, last)]
        assert covered == list(range(count))


def test_what_is_left_of_a_frame_is_no_part():
    ink = bars(60, 100)
    ink[5:75, 150:152] = 60
    groups, spans, _ = Parts()(ink)
    assert spans.max() == 2
    assert not groups[:, :, 140:].any()
