"""Classifier.read() tells the digits on a picture from left to right."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from measure.browser import DIGITS, EXAMPLES
from models import numbers
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
        middle = (left + right) / 2 / result.trace.width * len(number)
        assert place < middle < place + 1
        assert 0 < top < bottom < result.trace.height


def test_a_part_that_hangs_loose_belongs_to_its_digit():
    picture = page("5")
    ImageDraw.Draw(picture).rectangle((55, 38, 118, 46), "white")  # between the bar and the rest
    assert [result.label for result in MNIST.read(picture)] == ["5"]


def test_examples_are_one_digit_each():
    for path in sorted(EXAMPLES.glob("digit-*.png")):
        assert [result.label for result in MNIST.read(path)] == [path.stem[-1]]


def test_one_picture_of_several_digits_is_no_digit_but_a_number():
    result = MNIST.predict(page("42"))
    assert result.rejected and result.notes == (numbers.SEVERAL,) and not result.blank
    assert result.number == "42" and [digit.label for digit in result.digits] == ["4", "2"]
    told = result.as_json()
    assert told["number"] == "42" and [each["label"] for each in told["digits"]] == ["4", "2"]
    assert all(len(each["box"]) == 4 and not each["rejected"] for each in told["digits"])


def test_ink_is_read_like_its_picture():
    ink = 255 - np.asarray(page("305").convert("L"))
    assert MNIST.predict_ink(ink).number == "305"
    assert MNIST.predict_ink(ink[:, :160]).digits == ()


def test_digits_one_above_the_other_are_no_number():
    apart = Image.new("RGB", (500, 520), "white")
    apart.paste(page("7"), (40, 20))
    apart.paste(page("4"), (300, 340))
    result = MNIST.predict(apart)
    assert result.rejected and not result.digits
    assert MNIST.read(apart) == []


def test_nine_digits_are_a_page():
    result = MNIST.predict(page("123456789"))
    assert result.notes == (numbers.SEVERAL,) and not result.digits


def test_what_is_no_writing_is_turned_away_and_not_called_empty():
    rng = np.random.default_rng(28)
    clouds = Image.fromarray(rng.integers(0, 255, (9, 9, 3), np.uint8)).resize((300, 300))
    result = MNIST.predict(clouds)
    assert result.rejected and not result.blank


def test_nothing_is_read_where_nothing_is_written():
    assert MNIST.read(np.full((200, 300, 3), 230, np.uint8)) == []


def test_refuses_what_it_cannot_read():
    with pytest.raises(BadPicture):
        MNIST.read(b"no picture")
    with pytest.raises(ValueError, match="reads no digits"):
        load("fashion_mnist").read(page("7"))
