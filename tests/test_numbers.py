"""Classifier.read() tells the digits on a picture from left to right."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from measure.browser import DIGITS, EXAMPLES
from models.classifier import load
from models.decode import BadPicture

MNIST = load("mnist")


def page(number: str, paper="white", pen="black", side: int = 160) -> Image.Image:
    """The digits of that number drawn side by side."""
    picture = Image.new("RGB", (side * len(number), side), paper)
    draw = ImageDraw.Draw(picture)
    for place, digit in enumerate(number):
        for stroke in DIGITS[digit]:
            points = [((place + x) * side, y * side) for x, y in stroke]
            draw.line(points, pen, side // 16, joint="curve")
    return picture


@pytest.mark.parametrize("number", ["7", "42", "305", "96821"])
@pytest.mark.parametrize("colours", [("white", "black"), ("black", "white"), ("gold", "navy")])
def test_reads_digits_from_left_to_right(number, colours):
    results = MNIST.read(page(number, *colours))
    assert "".join(result.label for result in results) == number
    for place, result in enumerate(results):
        left, top, right, bottom = result.trace.box
        assert 160 * place < (left + right) / 2 < 160 * (place + 1)
        assert 0 < top < bottom < 160


def test_a_part_that_hangs_loose_belongs_to_its_digit():
    picture = page("5")
    ImageDraw.Draw(picture).rectangle((55, 38, 118, 46), "white")  # between the bar and the rest
    assert [result.label for result in MNIST.read(picture)] == ["5"]


def test_examples_are_one_digit_each():
    for path in sorted(EXAMPLES.glob("digit-*.png")):
        assert [result.label for result in MNIST.read(path)] == [path.stem[-1]]


def test_nothing_is_read_where_nothing_is_written():
    assert MNIST.read(np.full((200, 300, 3), 230, np.uint8)) == []


def test_refuses_what_it_cannot_read():
    with pytest.raises(BadPicture):
        MNIST.read(b"no picture")
    with pytest.raises(ValueError, match="reads no digits"):
        load("fashion_mnist").read(page("7"))
