"""Any picture a visitor hands over -> an upright 8-bit Pillow picture, or a kind refusal."""

import base64
import binascii
import io
import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
from PIL import ExifTags, Image

from models import price
from models.refusals import BadPicture

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 60_000_000  # phones make 12 to 50 megapixels
WORKING_SIDE = (
    1024  # longer pictures come back reduced to 1 to 2 times this: the network sees 28×28
)

# Only these decoders are let near a visitor's file.
FORMATS = ("JPEG", "MPO", "PNG", "GIF", "WEBP", "BMP", "TIFF", "PPM", "AVIF", "HEIF")

UPRIGHT = {  # EXIF orientation -> what undoes it (EXIF 2.3, tag 0x0112)
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

pillow_heif.register_heif_opener(thumbnails=False)  # HEIC: what iPhones save

# Whoever else opens pictures in this process (Gradio does) is held to the same limit.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)


def decode(source: Any) -> Image.Image:
    """An upright picture in mode "L", "LA", "RGB" or "RGBA", 8 bits a channel.

    Content decides, never the file's name. EXIF orientation is applied, an animation gives its
    first frame, deeper pixels are scaled to 8 bits, and a picture whose longer side exceeds
    twice WORKING_SIDE comes back reduced by a whole number.

    Args:
        source: a path, the bytes of a file, an open binary file, a Pillow picture, or a uint8 array
            of shape (H, W), (H, W, 3) or (H, W, 4).

    Raises:
        BadPicture: no picture, a damaged one, or one beyond MAX_BYTES or MAX_PIXELS.
    """
    if isinstance(source, np.ndarray):
        picture = _from_array(source)
    elif isinstance(source, Image.Image):
        picture = source
    else:
        content = _read(source)
        price.check_blocks(content)
        picture = _open(content)
        price.check(picture, content)
    _check_header(picture)
    try:
        loaded = _load(picture)
        orientation = _orientation(loaded)  # only now: Pillow turns TIFF files itself
        return _upright(_reduce(_eight_bit(loaded)), orientation)
    except BadPicture:
        raise
    except Exception as error:  # a decoder may raise anything at all on a damaged file
        raise BadPicture("damaged") from error


def from_base64(text: bytes) -> bytes:
    """The bytes of a file that was written in base64.

    Raises:
        BadPicture: it is none.
    """
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise BadPicture("base64") from error


def _from_array(array: np.ndarray) -> Image.Image:
    shaped = array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (3, 4))
    if array.dtype != np.uint8 or not shaped or not array.size:
        raise BadPicture("array", dtype=str(array.dtype), shape=str(array.shape))
    if array.shape[0] * array.shape[1] > MAX_PIXELS:
        raise _too_many_pixels()
    return Image.fromarray(np.ascontiguousarray(array))


def _read(source: Any) -> bytes:
    """The whole file, unless it is too large: then nothing beyond the limit is read."""
    if isinstance(source, (bytes, bytearray, memoryview)):
        content = bytes(source)
    elif isinstance(source, (str, os.PathLike)):
        try:
            with open(source, "rb") as file:
                content = file.read(MAX_BYTES + 1)
        except (OSError, ValueError) as error:
            name = Path(os.fsdecode(source)).name
            raise BadPicture("file", name=repr(name)) from error
    elif hasattr(source, "read"):
        content = source.read(MAX_BYTES + 1)
    else:
        content = None
    if not isinstance(content, bytes):
        raise BadPicture("source", type=type(source).__name__)
    if len(content) > MAX_BYTES:
        raise BadPicture("large", megabytes=MAX_BYTES // 2**20)
    return content


def _open(content: bytes) -> Image.Image:
    """The picture with its header read, no pixel decoded yet."""
    if not content:
        raise BadPicture("empty")
    Image.init()
    formats = [name for name in FORMATS if name in Image.OPEN]
    try:
        return Image.open(io.BytesIO(content), formats=formats)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except Exception as error:  # see decode()
        raise BadPicture(_why_not_a_picture(content)) from error


def _why_not_a_picture(content: bytes) -> str:
    """The key of a refusal."""
    start = content[:1024].lstrip().lower()
    if content[4:8] == b"ftyp":
        return "film"
    if start.startswith(b"%pdf"):
        return "pdf"
    if b"<svg" in start:
        return "svg"
    return "format"


def _too_many_pixels() -> BadPicture:
    return BadPicture("pixels", megapixels=MAX_PIXELS // 10**6)


def _check_header(picture: Image.Image) -> None:
    if picture.format is not None and picture.format not in FORMATS:
        raise BadPicture("unread_format", format=picture.format)
    if picture.width * picture.height > MAX_PIXELS:
        raise _too_many_pixels()
    if not picture.width or not picture.height:
        raise BadPicture("no_pixels")


def _orientation(picture: Image.Image) -> int:
    try:
        return picture.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # a damaged EXIF block is no reason to refuse the pixels
        return 1


def _load(picture: Image.Image) -> Image.Image:
    """Decodes the first frame; a large JPEG straight to a half, a quarter or an eighth."""
    if getattr(picture, "is_animated", False) and picture.tell() != 0:
        picture.seek(0)
    longer = max(picture.size)
    if picture.format in ("JPEG", "MPO") and longer > 2 * WORKING_SIDE:
        shrink = longer / WORKING_SIDE
        width, height = (max(1, int(side / shrink)) for side in picture.size)
        picture.draft(None, (width, height))  # the decoder's smallest size no smaller than this
    picture.load()
    return picture


def _eight_bit(picture: Image.Image) -> Image.Image:
    """Mode "L", "LA", "RGB" or "RGBA", whatever it was."""
    mode = picture.mode
    if mode.startswith("I") or mode == "F":
        return Image.fromarray(_scaled(np.asarray(picture)))
    transparent = picture.has_transparency_data
    if mode in ("1", "L", "LA", "La"):
        wanted = "LA" if transparent else "L"
    else:
        wanted = "RGBA" if transparent else "RGB"
    return picture if mode == wanted else picture.convert(wanted)


def _scaled(values: np.ndarray) -> np.ndarray:
    """16-bit, 32-bit or float greys (H, W) -> uint8, by the smallest usual range holding them."""
    if values.dtype.kind == "u" and values.dtype.itemsize == 2:
        return (values >> 8).astype(np.uint8)
    values = values.astype(np.float32)
    if not np.isfinite(values).all():
        raise BadPicture("not_numbers")
    low, high = float(values.min()), float(values.max())
    tops = [top for top in (1.0, 255.0, 65535.0) if low >= 0 and high <= top]
    if not tops:
        values, tops = values - low, [high - low]
    return np.rint(values * (255 / tops[0])).astype(np.uint8)


def _reduce(picture: Image.Image) -> Image.Image:
    factor = max(picture.size) // WORKING_SIDE
    if factor < 2:
        return picture
    return picture.reduce((min(factor, picture.width), min(factor, picture.height)))


def _upright(picture: Image.Image, orientation: int) -> Image.Image:
    turn = UPRIGHT.get(orientation)
    return picture if turn is None else picture.transpose(turn)
