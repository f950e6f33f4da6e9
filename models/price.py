"""What a picture would cost to decode, told from its header before any pixel is."""

import contextlib
import re
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
# 2.5 MB took 38 s. Honest files have a few for each frame, or one for each 8 kB of pixels. So are a
# TIFF's strips or tiles, 60,000 in 0.6 s; some programs make one for each row.
MOST_BLOCKS = 20_000
PNG, GIF = b"\x89PNG\r\n\x1a\n", b"GIF8"
# First bytes of a TIFF -> how its numbers are written; of how many bytes is an address or a count.
TIFF = {b"II*\0": ("<", 4), b"MM\0*": (">", 4), b"II+\0": ("<", 8), b"MM\0+": (">", 8)}
STRIPS, TILES = 273, 324
# The head of a PGM or PPM, remarks and all, which Pillow reads byte by byte: 20 MB took 4 s.
HEAD, MOST_HEAD = re.compile(rb"P[\dyFf]+(?:(?:\s|#[^\r\n]*[\r\n])+[\d.-]+){2}"), 2**16
GIF_BLOCKS = (b"!\x01", b"!\xf9", b"!\xfe", b"!\xff")


def check_blocks(content: bytes) -> None:
    """That a file's header is read in a few seconds.

    Raises:
        BadPicture: it is not.
    """
    blocks = 0
    if content[:1] == b"P" and len(content) > MOST_HEAD and not HEAD.match(content[:MOST_HEAD]):
        raise BadPicture("format")
    if content.startswith(GIF):
        blocks = sum(map(content.count, GIF_BLOCKS)) - len(content) // BYTES_BY_CHANCE
    elif content.startswith(PNG):
        place = len(PNG)
        while place + 4 <= len(content) and blocks <= MOST_BLOCKS:
            blocks += 1
            place += 12 + struct.unpack_from(">I", content, place)[0]
    elif content[:4] in TIFF:
        with contextlib.suppress(struct.error):  # cut short: no decoder gets further
            blocks = _strips(content)
    if blocks > MOST_BLOCKS:
        raise BadPicture("slow")


def _strips(content: bytes) -> int:
    """How many of them a TIFF's first picture has, strips or tiles."""
    order, wide = TIFF[content[:4]]
    number, count = order + "IQ"[wide == 8], order + "HQ"[wide == 8]
    (place,) = struct.unpack_from(number, content, wide)  # of the table of fields
    (fields,) = struct.unpack_from(count, content, place)
    place += struct.calcsize(count)
    found = 0
    for field in range(min(fields, MOST_BLOCKS)):
        start = place + field * (4 + 2 * wide)
        (tag,) = struct.unpack_from(order + "H", content, start)
        if tag in (STRIPS, TILES):
            found += struct.unpack_from(number, content, start + 4)[0]
    return found


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
