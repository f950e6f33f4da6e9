"""What a picture would cost to decode, told from its header before any pixel is."""

from PIL import Image

from models.refusals import BadPicture

# A progressive JPEG is gone through once for each scan, of which honest ones have about ten, and a
# scan may take 20 bytes: 400 of 12 megapixels in 80 kB took 3 s.
MOST_SCANNED = 1_500_000_000  # pixels, counted anew for every scan; 60 megapixels 25 times
SCAN = b"\xff\xda"
# These two bytes also come about by chance in what is appended to a picture (a phone's short film).
BYTES_BY_CHANCE = 2**15
# Pillow reads these in Python, 0.8 s a megapixel.
IN_PYTHON, MOST_IN_PYTHON = ("ppm", "ppm_plain"), 2_000_000  # decoders; pixels


def check(picture: Image.Image, content: bytes) -> None:
    """That it is decoded in a few seconds.

    Args:
        picture: with its header read.
        content: its file.

    Raises:
        BadPicture: it is not.
    """
    pixels = picture.width * picture.height
    scanned = 0
    if picture.format in ("JPEG", "MPO"):
        scans = content.count(SCAN) - len(content) // BYTES_BY_CHANCE
        scanned = scans * pixels
    tiles = getattr(picture, "tile", None) or [("",)]
    in_python = tiles[0][0] in IN_PYTHON and pixels > MOST_IN_PYTHON
    if scanned > MOST_SCANNED or in_python:
        raise BadPicture("slow")
