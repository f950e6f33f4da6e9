"""Any picture comes in upright with 8 bits a channel; all else is refused with one sentence."""

import io
import struct
import zlib
from contextlib import suppress

import numpy as np
import pytest
from PIL import ExifTags, Image

from models.decode import MAX_BYTES, MAX_PIXELS, UPRIGHT, WORKING_SIDE, BadPicture, decode


@pytest.fixture
def ramp() -> np.ndarray:
    """uint8 (30, 40), darker to the left."""
    return np.tile(np.linspace(0, 255, 40).astype(np.uint8), (30, 1))


def saved(picture: Image.Image, format: str = "PNG", **options) -> bytes:
    file = io.BytesIO()
    picture.save(file, format, **options)
    return file.getvalue()


def refusal(source) -> str:
    """The one sentence with which a source is refused."""
    with pytest.raises(BadPicture) as caught:
        decode(source)
    message = str(caught.value)
    assert message.endswith(".") and "\n" not in message and "Traceback" not in message
    return message


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


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((5, 7)),
        np.full((5, 7, 3), np.nan),
        np.zeros((5, 7), bool),
        np.zeros((5, 7, 2), np.uint8),
        np.zeros((5,), np.uint8),
        np.zeros((1, 5, 7, 3), np.uint8),
        np.zeros((0, 7), np.uint8),
        np.zeros((5, 7), object),
    ],
)
def test_other_arrays_say_what_is_expected(array):
    assert "uint8 of shape (H, W)" in refusal(array)


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


def test_float_pixels_that_are_no_numbers():
    assert "not numbers" in refusal(Image.fromarray(np.full((4, 4), np.nan, np.float32)))


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


def test_a_large_heic_is_refused_before_it_is_decoded(monkeypatch):
    content = saved(Image.new("RGB", (120, 90)), "HEIF")
    monkeypatch.setattr("models.decode.MAX_PIXELS", 120 * 90 - 1)
    monkeypatch.setattr(Image.Image, "load", lambda picture: pytest.fail("it was decoded"))
    assert "(120 × 90)" in refusal(content)


@pytest.mark.parametrize(
    "content, word",
    [
        (b"", "empty"),
        (b"just some words", "no picture"),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\0\0\0\x18ftypheic" + bytes(40), "JPEG or PNG"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "no picture"),
    ],
)
def test_files_that_are_no_pictures(content, word):
    assert word in refusal(content)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF"])
@pytest.mark.parametrize("share", [0.05, 0.5, 0.9])
def test_truncated_files(format, share):
    noise = np.random.default_rng(0).integers(0, 256, (80, 80, 3), dtype=np.uint8)
    content = saved(Image.fromarray(noise), format)
    refusal(content[: int(len(content) * share)])


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's, on damaged metadata
def test_random_damage_never_escapes():
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 256, (24, 24, 3), dtype=np.uint8)
    for format in ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF"):
        content = saved(Image.fromarray(noise), format)
        for _ in range(40):
            damaged = bytearray(content)
            for place in rng.integers(0, min(len(damaged), 400), 6):
                damaged[place] = rng.integers(256)
            with suppress(BadPicture):
                assert decode(bytes(damaged)).mode in ("L", "LA", "RGB", "RGBA")


def test_missing_file_and_folder(tmp_path):
    assert "nowhere.png" in refusal(tmp_path / "nowhere.png")
    refusal(tmp_path)
    refusal("with\0zero.png")


@pytest.mark.parametrize("source", [None, 7, ["a.png"], io.StringIO("text")])
def test_other_things_are_refused(source):
    assert "must be a path" in refusal(source)


def header_only_png(width: int, height: int) -> bytes:
    """A PNG that promises that many pixels and holds none."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(b"")), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [8000, 13000, 20000])
def test_too_many_pixels_are_refused_by_the_header(side):
    assert side * side > MAX_PIXELS
    assert "60 megapixels" in refusal(header_only_png(side, side))


def test_too_large_a_file(tmp_path):
    content = bytes(MAX_BYTES + 1)
    path = tmp_path / "large.png"
    path.write_bytes(content)
    for source in (content, path, io.BytesIO(content)):
        assert "20 MB" in refusal(source)


def test_formats_outside_the_list_are_refused(tmp_path):
    path = tmp_path / "picture.ico"
    Image.new("RGB", (16, 16)).save(path)
    refusal(path)
    refusal(Image.open(path))


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
