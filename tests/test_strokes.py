"""Pen strokes: read, split by writer, distorted, drawn; styles; what is no digit."""

import numpy as np
import pytest

from train.pictures import scribbles, strokes
from train.pictures.hand import distort, pictures, render, resample, to_unit
from train.pictures.letters import LETTERS, letter
from train.pictures.styles import PROGRAMS, drawn_digit, restyle, styled_digits

HEADER = '.INCLUDE dene.doc\n.LEXICON "0" "1"\n.HIERARCHY DIGIT\n'


def unipen(label: int, writer: int, number: int, *parts: list[tuple[int, int]]) -> str:
    """One drawing as UNIPEN text."""
    text = f'\n.SEGMENT DIGIT {number} ? "{label}"\n.COMMENT {label} {writer}  {number}\n'
    for part in parts:
        text += ".PEN_DOWN\n" + "".join(f" {x}  {y}\n" for x, y in part) + ".PEN_UP\n"
    return text + ".DT 100\n"


@pytest.fixture
def made_up_root(tmp_path, monkeypatch):
    """A data folder with 30 writers, who each draw three tilted bars, called 0, 1 and 7."""
    monkeypatch.setattr(strokes, "check", lambda root, name: None)  # nobody published it
    rng = np.random.default_rng(0)
    text = HEADER
    for number in range(90):
        writer, label = number % 30 + 1, (0, 1, 7)[number // 30]
        points = [(200 + int(rng.integers(0, 30)) + 3 * i, 400 - 25 * i) for i in range(9)]
        parts = [points, [(180, 250), (280, 255)]] if label == 7 else [points]
        text += unipen(label, writer, number, *parts)
    file = tmp_path / strokes.FILE
    file.parent.mkdir()
    file.write_text(text)
    return tmp_path


def test_the_parser_reads_labels_writers_and_strokes():
    text = HEADER + unipen(7, 12, 1, [(10, 90), (50, 90), (20, 10)], [(20, 50), (40, 50)])
    text += unipen(1, 3, 2, [(5, 5)]) + unipen(4, 3, 3)  # a dot; and a 4 that nobody drew
    seven, dot = strokes.parse(text)
    assert (seven.label, seven.writer, len(seven.strokes)) == (7, 12, 2)
    np.testing.assert_array_equal(seven.strokes[0], [(10, -90), (50, -90), (20, -10)])
    assert (dot.label, dot.writer) == (1, 3)


@pytest.mark.parametrize(
    "broken",
    [
        ".SEGMENT DIGIT 0 ?\n.COMMENT 1 2 3\n",
        '.SEGMENT DIGIT 0 ? "1"\n.PEN_DOWN\n1 2\n.PEN_UP',
        '.SEGMENT DIGIT 0 ? "1"\n.COMMENT 1 2 3\n.PEN_DOWN\n1 2 3\n.PEN_UP',
    ],
)
def test_broken_text_is_refused_in_one_sentence(broken):
    with pytest.raises(ValueError, match=r"^Drawing 1 of the pen-digit file cannot be read\.$"):
        strokes.parse(broken)


def test_a_missing_file_says_where_it_comes_from(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"archive\.ics\.uci\.edu/dataset/81"):
        strokes.read(tmp_path)


def test_no_writer_is_in_two_parts(made_up_root):
    digits = strokes.read(made_up_root)
    parts = {split: strokes.writers(digits, split) for split in strokes.PARTS}
    assert [len(part) for part in parts.values()] == [24, 3, 3]
    assert set.union(*parts.values()) == set(range(1, 31))
    for split, part in parts.items():
        assert {d.writer for d in strokes.read_split(made_up_root, split)} == part
    with pytest.raises(KeyError, match="train, validation, test"):
        strokes.writers(digits, "training")


def test_stroke_pictures_are_ready_for_a_network(made_up_root):
    images, labels = strokes.stroke_pictures(made_up_root, "train", 1, seed=3)
    assert images.shape == (72, 28, 28) and images.dtype == np.uint8
    assert labels.dtype == np.int64 and (np.bincount(labels)[[0, 1, 7]] == 24).all()
    assert (images.max((1, 2)) > 200).all()
    again, _ = strokes.stroke_pictures(made_up_root, "train", 1, seed=3)
    np.testing.assert_array_equal(images, again)
    other, _ = strokes.stroke_pictures(made_up_root, "train", 1, seed=4)
    assert (images != other).any()


def test_canvases_are_black_on_white_and_differ(made_up_root):
    drawn, labels = strokes.canvases(made_up_root, "test", seed=1)
    assert len(drawn) == len(labels) == 9
    for canvas in drawn:
        assert canvas.shape == (400, 400) and canvas.dtype == np.uint8
        assert np.median(canvas) == 255 and canvas.min() < 160
        edge = np.concatenate((canvas[0], canvas[-1], canvas[:, 0], canvas[:, -1]))
        assert (edge == 255).all(), "drawn over the canvas's edge"
    ink = [(canvas < 128).sum() for canvas in drawn]
    assert max(ink) > 5 * min(ink), "pens and sizes hardly differ"


def test_drawn_as_they_are_or_by_another_hand():
    drawing = [np.array([(0.0, 0.0), (60, 10), (20, 100)])]
    plain = distort(drawing, np.random.default_rng(1), strength=0)
    assert np.abs(plain[0][[0, -1]] - to_unit(drawing)[0][[0, -1]]).max() < 1e-9
    hands = [distort(drawing, np.random.default_rng(seed)) for seed in range(20)]
    moved = [np.abs(to_unit(hand)[0][0] - plain[0][0]).max() for hand in hands]
    assert 0.005 < np.median(moved) < 0.2


def test_resampling_keeps_ends_and_dots():
    stroke = np.array([(0.0, 0.0), (0.0, 1.0), (1.0, 1.0)])
    even = resample(stroke, 0.1)
    np.testing.assert_allclose(even[[0, -1]], stroke[[0, -1]])
    np.testing.assert_allclose(np.hypot(*np.diff(even, axis=0).T), 0.1, atol=0.03)
    assert len(resample(np.zeros((4, 2)), 0.1)) == 1


@pytest.mark.parametrize("pen", [1, 2, 9])
def test_a_tap_leaves_a_dot(pen):
    assert (render([np.zeros((1, 2))], 50, pen, 60) > 90).any()


@pytest.mark.parametrize("label", range(10))
def test_each_digit_has_styles(label):
    rng = np.random.default_rng(label)
    images = pictures([drawn_digit(label, rng) for _ in range(12)], rng)
    assert len(PROGRAMS) == 10 and (images.max((1, 2)) > 200).all()
    assert len(np.unique(images.reshape(12, -1), axis=0)) == 12


def test_styled_digits_have_every_label_and_repeat_by_seed():
    images, labels = styled_digits(60, seed=1)
    assert images.shape == (60, 28, 28) and set(labels) == set(range(10))
    again, same = styled_digits(60, seed=1)
    np.testing.assert_array_equal(images, again)
    np.testing.assert_array_equal(labels, same)


def test_real_digits_get_a_slash_a_foot_or_a_bar():
    rng = np.random.default_rng(0)
    bar = [np.array([(0.5, 0.0), (0.5, 1.0)])]
    angle = np.linspace(0, 2 * np.pi, 30)
    ring = [np.stack((np.cos(angle) * 0.7, np.sin(angle)), axis=1)]
    seven = [np.array([(0.0, 0.0), (0.6, 0.0), (0.45, 0.5), (0.3, 1.0)])]
    assert (
        len(restyle(0, ring, rng)) == len(restyle(1, bar, rng)) == len(restyle(7, seven, rng)) == 2
    )
    foot = restyle(1, bar, rng)[1]
    assert foot[0, 0] < 0 < foot[1, 0] and (foot[:, 1] > 0.4).all()
    assert len(restyle(7, restyle(7, seven, rng), rng)) == 1, "the bar is taken away again"
    assert len(restyle(3, bar, rng)) == 1


def test_what_is_no_digit_is_drawn_and_repeats_by_seed():
    images = scribbles.not_digits(60, seed=5)
    assert images.shape == (60, 28, 28) and images.dtype == np.uint8
    assert (images.max((1, 2)) > 150).all()
    np.testing.assert_array_equal(images, scribbles.not_digits(60, seed=5))


def test_held_out_scribbles_are_of_other_families():
    trained = {*scribbles.SCRIBBLES, *scribbles.SHAPES}
    assert trained.isdisjoint(scribbles.HELD_OUT)
    for held_out in (False, True):
        canvas = scribbles.scribble_canvases(2, 1, held_out)[0]
        assert canvas.shape == (400, 400) and canvas.dtype == np.uint8 and canvas.min() < 160


@pytest.mark.parametrize("name", LETTERS)
def test_every_letter_can_be_drawn(name):
    assert pictures([letter(name, np.random.default_rng(1))], np.random.default_rng(1)).max() > 200


def test_letter_canvases_take_turns_and_refuse_what_they_lack():
    assert len(scribbles.letter_canvases("AFHKMNWX", 9, seed=1)) == 9
    with pytest.raises(KeyError, match="There is no letter '8'"):
        scribbles.letter_canvases("8", 1, seed=1)


def test_the_comment_names_the_writer(data_dir):
    digits = strokes.read(data_dir)[:3000]
    writer = np.array([digit.writer for digit in digits])
    block = np.arange(len(digits)) * 30 // len(digits)
    assert strokes.alike_share(digits, writer) > 0.3
    assert strokes.alike_share(digits, block) < 0.1
