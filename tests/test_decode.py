"""Any picture comes in upright with 8 bits a channel."""

import io

import numpy as np
import pytest
from PIL import ExifTags, Image

from models.decode import UPRIGHT, WORKING_SIDE, decode
from tests.pictures import saved


@pytest.fixture
def ramp() -> np.ndarray:
    """uint8 (30, 40), darker to the left."""
    return np.tile(np.linspace(0, 255, 40).astype(np.uint8), (30, 1))


def test_every_kind_of_source(ramp, tmp_path):
    path = tmp_path / "picture.txt"  # content decides, not the name
    Image.fromarray(ramp).save(path, "PNG")
    sources = (path, str(path), path.read_bytes(), bytearray(path.read_bytes()), path.open("rb"))
    for source in (*sources, Image.fromarray(ramp), ramp):
        np.testing.assert_array_equal(np.asarray(decode(source)), ramp)


@pytest.mark.parametrize("shape, mode", [((5, 7), "L"), ((5, 7, 3), "RGB"), ((5, 7, 4), "RGBA")])
def test_arrays(shape, mode):
    array = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    picture = decode(array)
    assert picture.mode == mode
    np.testing.assert_array_equal(np.asarray(picture), array)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "CMYK", "YCbCr", "LAB", "HSV"])
def test_opaque_modes_keep_their_looks(ramp, mode):
    source = Image.fromarray(ramp).convert("RGB")
    picture = decode(source.convert("L" if mode == "1" else "RGB").convert(mode))
    assert picture.mode == ("L" if mode in ("1", "L") else "RGB")
    columns = np.asarray(picture.convert("L")).mean(0)
    assert columns[:8].mean() < 60 and columns[-8:].mean() > 195


@pytest.mark.parametrize("mode", ["LA", "RGBA", "La", "RGBa"])
def test_transparency_is_kept(mode):
    source = Image.new("RGBA", (9, 9), (10, 10, 10, 255))
    source.paste((0, 0, 0, 0), (0, 0, 4, 9))
    through = {"La": "LA", "RGBa": "RGBA"}.get(mode)
    picture = decode((source.convert(through) if through else source).convert(mode))
    assert picture.mode in ("LA", "RGBA")
    opacity = np.asarray(picture.getchannel("A"))
    assert (opacity[:, :4] == 0).all() and (opacity[:, 4:] == 255).all()


def test_palette_with_a_transparent_colour():
    source = Image.new("P", (9, 9), 0)
    source.putpalette([255, 0, 0, 0, 0, 255])
    source.paste(1, (3, 3, 6, 6))
    picture = decode(saved(source, "PNG", transparency=0))
    assert picture.mode == "RGBA"
    assert picture.getpixel((0, 0))[3] == 0 and picture.getpixel((4, 4)) == (0, 0, 255, 255)


@pytest.mark.parametrize("format", ["PNG", "TIFF"])
def test_16_bits_are_scaled_not_clipped(format):
    deep = np.tile(np.linspace(0, 65535, 40).astype(np.uint16), (30, 1))
    pixels = np.asarray(decode(saved(Image.fromarray(deep), format)))
    assert pixels.dtype == np.uint8
    np.testing.assert_allclose(pixels[0], deep[0] / 257, atol=1)


@pytest.mark.parametrize("top", [1, 255, 65535, 5000000])
def test_float_pixels_are_scaled(top):
    values = np.tile(np.linspace(0, top, 40).astype(np.float32), (30, 1))
    pixels = np.asarray(decode(saved(Image.fromarray(values), "TIFF")))
    np.testing.assert_allclose(pixels[0], np.linspace(0, 255, 40), atol=1)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation(format, orientation):
    upright = np.full((24, 32, 3), 255, np.uint8)
    upright[:8, :8] = (255, 0, 0)  # upper left
    upright[-8:, :8] = (0, 0, 255)  # lower left
    undo = {6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
    stored = Image.fromarray(upright)
    if orientation > 1:
        stored = stored.transpose(undo.get(orientation, UPRIGHT[orientation]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    pixels = np.asarray(decode(saved(stored, format, exif=exif)).convert("RGB")).astype(int)
    assert pixels.shape == upright.shape
    assert np.abs(pixels[2:6, 2:6] - (255, 0, 0)).max() < 40
    assert np.abs(pixels[-6:-2, 2:6] - (0, 0, 255)).max() < 40


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG", "TIFF"])
def test_an_animation_gives_its_first_frame(format):
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue", "green")]
    options = {"save_all": True, "append_images": frames[1:]}
    content = saved(frames[0], format, **options)
    red, _, blue = np.asarray(decode(content).convert("RGB")).reshape(-1, 3).mean(0)
    assert red > 200 and blue < 60
    opened = Image.open(io.BytesIO(content))
    opened.seek(1)  # somebody looked at a later frame
    assert np.asarray(decode(opened).convert("RGB")).reshape(-1, 3).mean(0)[0] > 200


@pytest.mark.parametrize(("format", "near"), [("HEIF", 3), ("AVIF", 6)])
def test_what_phones_save(format, near):
    colours = np.zeros((90, 120, 3), np.uint8)
    colours[:, :60], colours[:45, 60:], colours[45:, 60:] = 250, 40, 160
    content = saved(Image.fromarray(colours), format, quality=95)
    got = np.asarray(decode(content).convert("RGB")).astype(int)
    assert got.shape == colours.shape
    assert np.abs(got[5:40, 5:55] - 250).max() <= near
    assert np.abs(got[50:85, 65:115] - 160).max() <= near


def test_an_avif_lying_on_its_side():
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    content = saved(Image.new("RGB", (120, 90)), "AVIF", exif=exif)
    assert decode(content).size == (90, 120)


@pytest.mark.parametrize("format", ["JPEG", "PNG"])
def test_large_pictures_come_back_reduced(format):
    pixels = np.zeros((1500, 2600, 3), np.uint8)
    pixels[:, 1300:] = 255
    picture = decode(saved(Image.fromarray(pixels), format))
    assert WORKING_SIDE <= max(picture.size) < 2 * WORKING_SIDE
    assert picture.width / picture.height == pytest.approx(2600 / 1500, rel=0.01)
    columns = np.asarray(picture.convert("L")).mean(0)
    assert (
        columns[: len(columns) // 2 - 5].max() < 10 and columns[len(columns) // 2 + 5 :].min() > 245
    )


@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (5000, 1)])
def test_extreme_sizes(size):
    assert min(decode(Image.new("RGB", size, "white")).size) == 1
