"""What a picture would cost to decode, told from its header before any pixel is."""

import struct

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

# It also goes through blocks in Python, those of text by adding each to all before it: a GIF of
# 2.5 MB took 38 s. Honest files have a few for each frame, or one for each 8 kB of pixels.
MOST_BLOCKS = 20_000
PNG, GIF = b"\x89PNG\r\n\x1a\n", b"GIF8"
GIF_BLOCKS = (b"!\x01", b"!\xf9", b"!\xfe", b"!\xff")


def check_blocks(content: bytes) -> None:
    """That a file's header is read in a few seconds.

    Raises:
        BadPicture: it is not.
    """
    blocks = 0
    if content.startswith(GIF):
        blocks = sum(map(content.count, GIF_BLOCKS)) - len(content) // BYTES_BY_CHANCE
    elif content.startswith(PNG):
        place = len(PNG)
        while place + 4 <= len(content) and blocks <= MOST_BLOCKS:
            blocks += 1
            place += 12 + struct.unpack_from(">I", content, place)[0]
    if blocks > MOST_BLOCKS:
        raise BadPicture("slow")


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
