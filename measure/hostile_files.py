"""Files that cost much, lie or are broken: all are answered or refused in one sentence.

measure/hostile_kinds.py sends them to the app. Each is made when it is asked for; none is kept.
"""

import gzip
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import partial

import numpy as np
from PIL import Image, PngImagePlugin

from measure.calls import file_of, photo
from measure.fuzz import png
from measure.hostile_inputs import chunk, many_scans, two_headers
from models.decode import MAX_BYTES

MUCH = 100 * 2**20  # bytes that a bomb becomes
MOST_SIDE = 7700  # of a square below 60 megapixels
HEAD = b"\x89PNG\r\n\x1a\n"


def small(mode: str = "RGB", side: int = 60) -> Image.Image:
    """Something dark on light."""
    greys = np.full((side, side), 230, np.uint8)
    greys[side // 4 : -side // 4, side // 3 : -side // 3] = 30
    return Image.fromarray(greys).convert(mode)


def with_chunks(*chunks: bytes) -> bytes:
    """A small PNG with these behind its header."""
    content = file_of(small())
    return content[:33] + b"".join(chunks) + content[33:]


def bomb(text: bytes = b"k\0\0") -> bytes:
    """What becomes MUCH, behind what a chunk begins with."""
    return text + zlib.compress(bytes(MUCH), 9)


def segments(marker: int, count: int, body: bytes) -> bytes:
    """A small JPEG with so many segments behind its start."""
    content = file_of(small(), "JPEG")
    one = struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body
    return content[:2] + one * count + content[2:]


def jpeg_of(width: int, height: int) -> bytes:
    """A small JPEG that says it is another size."""
    content = bytearray(file_of(small(), "JPEG"))
    struct.pack_into(">HH", content, content.index(b"\xff\xc0") + 5, height, width)
    return bytes(content)


def tiff(strips: int, big: bool = False, order: str = "<", tiled: bool = False, **fields) -> bytes:
    """A grey TIFF of 16 x 16 for each strip or tile, all of them the same bytes.

    big: BigTIFF. order: "<" or ">". fields: `next`, place of the next picture; `count`, of strips,
    where it is a lie.
    """
    wide = 8 if big else 4
    number, amount = order + "IQ"[big], order + "HQ"[big]
    start = (b"II" if order == "<" else b"MM") + struct.pack(order + "H", 43 if big else 42)
    start += struct.pack(order + "HH", 8, 0) * big + struct.pack(number, 2 * wide)
    offsets, counts = (324, 325) if tiled else (273, 279)
    tags = [(256, 16), (257, 16 * strips), (258, 8), (259, 1), (262, 1), (277, 1)]
    tags += [(322, 16), (323, 16)] if tiled else [(278, 16)]
    lists = 2 * wide + struct.calcsize(amount) + (len(tags) + 2) * (4 + 2 * wide) + wide
    pixels = lists + 8 * strips
    tags = [(tag, 1, value) for tag, value in tags]
    said = fields.get("count", strips)
    at = (pixels, 256) if strips == 1 else (lists, lists + 4 * strips)
    tags += [(offsets, said, at[0]), (counts, said, at[1])]
    table = struct.pack(amount, len(tags)) + b"".join(
        struct.pack(order + "HH", tag, 4) + struct.pack(number, count)
        + struct.pack(order + "I", value).ljust(wide, b"\0")
        for tag, count, value in sorted(tags)
    )  # fmt: skip
    table += struct.pack(number, fields.get("next", 0))
    body = struct.pack(order + "I", pixels) * strips + struct.pack(order + "I", 256) * strips
    return start + table + body + bytes(range(256))


def bmp_rle(side: int) -> bytes:
    """Runs of one grey, two bytes for 255 pixels."""
    row = b"\xff\x01" * (side // 255) + b"\0\0"
    head = struct.pack("<IiiHHIIiiII", 40, side, side, 1, 8, 1, 0, 0, 0, 2, 0)
    body = head + bytes(4) + b"\xff\xff\xff\0" + row * side + b"\0\1"
    return b"BM" + struct.pack("<IHHI", 14 + len(body), 0, 0, 14 + 40 + 8) + body


def frames(kind: str, count: int, **options) -> bytes:
    others = [Image.new("RGB", (16, 16), (i % 256, i // 256, 9)) for i in range(count)]
    return file_of(others[0], kind, save_all=True, append_images=others[1:], **options)


def gif(width: int, height: int, behind: bytes = b"") -> bytes:
    """A GIF that says it is of this size; its one frame is small."""
    content = bytearray(file_of(small("P"), "GIF"))
    struct.pack_into("<HH", content, 6, width, height)
    return bytes(content[:-1]) + behind + b";"


def zipped(content: bytes, name: str = "a.txt") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file.getvalue()


def cut(content: bytes) -> bytes:
    return content[: len(content) * 2 // 3]


def noise(count: int) -> bytes:
    return random.Random(28).randbytes(count)


def exif(orientation: int, more: bytes = b"") -> bytes:
    found = Image.Exif()
    found[0x0112] = orientation
    return found.tobytes() + more


def text_of(count: int) -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    for number in range(count):
        info.add_text(f"k{number}", "v")
    return info


def deep() -> Image.Image:
    return Image.fromarray(np.asarray(small("L")).astype(np.uint16) * 257)


def flat(mode: str, kind: str, width: int = MOST_SIDE, height: int = MOST_SIDE, **options) -> bytes:
    return file_of(Image.new(mode, (width, height)), kind, **options)


LAUGHS = b'<!DOCTYPE svg [<!ENTITY a "haha">' + b"".join(
    f'<!ENTITY {b} "{f"&{a};" * 9}">'.encode() for a, b in zip("abcdefgh", "bcdefghi", strict=True)
) + b"]><svg>&i;</svg>"  # fmt: skip

KINDS: dict[str, Callable[[], bytes]] = {
    "PNG, bomb in zTXt": lambda: with_chunks(chunk(b"zTXt", bomb(b"k\0\0"))),
    "PNG, bomb in iTXt": lambda: with_chunks(chunk(b"iTXt", bomb(b"k\0\1\0\0\0"))),
    "PNG, 50 bombs in zTXt": lambda: with_chunks(chunk(b"zTXt", bomb()) * 50),
    "PNG, bomb in iCCP": lambda: with_chunks(chunk(b"iCCP", bomb())),
    "PNG, 19,000 texts": lambda: file_of(small(), pnginfo=text_of(19_000)),
    "PNG, 100,000 empty chunks": lambda: with_chunks(chunk(b"abCd", b"") * 100_000),
    "PNG, EXIF of 8 MB": lambda: with_chunks(chunk(b"eXIf", exif(6, bytes(8 * 2**20))[6:])),
    "PNG, 1 bit, 59 megapixels": lambda: flat("1", "PNG"),
    "PNG, RGBA, 59 megapixels": lambda: flat("RGBA", "PNG"),
    "PNG, says 20,000 x 20,000": lambda: png(20_000, 20_000, 8, 2, b""),
    "PNG, says 2^31 x 2^31": lambda: png(2**31 - 1, 2**31 - 1, 8, 2, b""),
    "PNG, says 0 x 0": lambda: png(0, 0, 8, 2, b""),
    "PNG, two headers": two_headers,
    "PNG, more pixels than it says": lambda: png(9, 9, 8, 2, bytes(MUCH)),
    "PNG, fewer pixels than it says": lambda: png(900, 900, 8, 2, bytes(99)),
    "PNG, wrong checksums": lambda: file_of(small()).replace(b"IDAT", b"IDAT\0"),
    "PNG, no pixels": lambda: HEAD + file_of(small())[8:33] + chunk(b"IEND", b""),
    "PNG, cut short": lambda: cut(file_of(small())),
    "PNG, palette with alpha": lambda: file_of(small("P"), transparency=bytes(range(99))),
    "PNG, 16 bit": lambda: file_of(deep()),
    "PNG, 1,000 frames": lambda: frames("PNG", 1000),
    "PNG, 1 x 59,000,000": lambda: flat("L", "PNG", 1, 59_000_000),
    "PNG, 59,000,000 x 1": lambda: flat("L", "PNG", 59_000_000, 1),
    "PNG, one clear pixel": lambda: file_of(Image.new("RGBA", (1, 1))),
    "GIF, 2,000 frames": lambda: frames("GIF", 2000),
    "GIF, 500,000 texts": lambda: gif(60, 60, b"!\xfe\1a\0" * 500_000),
    "GIF, says 65,535 x 65,535": lambda: gif(65_535, 65_535),
    "GIF, says 7,700 x 7,700": lambda: gif(MOST_SIDE, MOST_SIDE),
    "GIF, smaller than its frame": lambda: gif(9, 9),
    "GIF, cut short": lambda: cut(gif(60, 60)),
    "GIF and a script": lambda: b"GIF89a/*" + file_of(small("P"), "GIF")[8:] + b"*/=alert(1)",
    "JPEG, 400 scans": many_scans,
    "JPEG, 20 megapixels, progressive": lambda: flat("RGB", "JPEG", 5000, 4000, progressive=True),
    "JPEG, says 65,500 x 65,500": lambda: jpeg_of(65_500, 65_500),
    "JPEG, says 7,700 x 7,700": lambda: jpeg_of(MOST_SIDE, MOST_SIDE),
    "JPEG, EXIF of 65 kB, 300 times": lambda: segments(0xE1, 300, exif(6, bytes(65_000))),
    "JPEG, 2,000,000 texts": lambda: segments(0xFE, 2_000_000, b""),
    "JPEG, ICC profile of 255 pieces": lambda: segments(
        0xE2, 255, b"ICC_PROFILE\0\1\xff" + bytes(65_000)
    ),
    "JPEG, orientation 99": lambda: file_of(small(), "JPEG", exif=exif(99)),
    "JPEG, broken EXIF": lambda: segments(0xE1, 1, b"Exif\0\0MM\0*\xff\xff\xff\xff"),
    "JPEG, CMYK": lambda: file_of(small("CMYK"), "JPEG"),
    "JPEG, cut short": lambda: cut(photo()),
    "JPEG, noise in its scan": lambda: photo()[:700] + noise(20_000),
    "JPEG and a ZIP": lambda: photo() + zipped(b"x"),
    "MPO, 500 frames": lambda: frames("MPO", 500),
    "TIFF, 1,000,000 strips": lambda: tiff(1_000_000),
    "TIFF, 19,000 strips": lambda: tiff(19_000),
    "TIFF, 19,000 tiles": lambda: tiff(19_000, tiled=True),
    "TIFF, says 2^31 strips": lambda: tiff(2, count=2**31 - 1),
    "TIFF, pictures in a circle": lambda: tiff(1, next=8),
    "TIFF, 1,000 frames": lambda: frames("TIFF", 1000),
    "TIFF, LZW, 59 megapixels": lambda: flat("L", "TIFF", compression="tiff_lzw"),
    "TIFF, deflate, 59 megapixels": lambda: flat("RGB", "TIFF", compression="tiff_adobe_deflate"),
    "TIFF, floats, 4 megapixels": lambda: flat("F", "TIFF", 2000, 2000),
    "TIFF, no numbers": lambda: file_of(Image.fromarray(np.full((9, 9), np.nan, "f4")), "TIFF"),
    "TIFF, CMYK": lambda: file_of(small("CMYK"), "TIFF"),
    "BigTIFF": lambda: tiff(3, big=True),
    "PGM, odd largest value": lambda: b"P5 3000 3000 254\n" + bytes(9_000_000),
    "PGM, in words": lambda: b"P2 2000 2000 255\n" + b"7 " * 4_000_000,
    "PGM, a remark of 20 MB": lambda: b"P5 #" + b"x" * (MAX_BYTES - 9),
    "PGM, says 10^9 x 10^9": lambda: b"P5 1000000000 1000000000 255\n",
    "BMP, runs, 59 megapixels": lambda: bmp_rle(7650),
    "BMP, says 2^31 colours": lambda: file_of(small("P"), "BMP")[:46] + b"\xff" * 8 + noise(999),
    "WebP, 500 frames": lambda: frames("WEBP", 500),
    "WebP, 59 megapixels": lambda: flat("RGB", "WEBP", 16_383, 3600, method=0),
    "HEIC, 1 megapixel": lambda: flat("RGB", "HEIF", 1000, 1000),
    "HEIC, cut short": lambda: cut(file_of(small(), "HEIF")),
    "AVIF, 1 megapixel": lambda: flat("RGB", "AVIF", 1000, 1000, speed=10),
    "AVIF, 9 frames": lambda: frames("AVIF", 9, speed=10),
    "a film": lambda: b"\0\0\0\x18ftypmp42" + noise(99_999),
    "SVG": lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "SVG, a billion laughs": lambda: LAUGHS,
    "PDF": lambda: b"%PDF-1.7\n" + noise(999),
    "PostScript": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9999 9999\n",
    "ICO": lambda: file_of(small(), "ICO"),
    "PSD": lambda: b"8BPS\0\1" + bytes(6) + struct.pack(">HIIHH", 3, 9000, 9000, 8, 3),
    "ZIP, 100 MB of nothing": lambda: zipped(bytes(MUCH), "a.png"),
    "gzip, 100 MB of nothing": lambda: gzip.compress(bytes(MUCH)),
    "20 MB of nothing": lambda: bytes(MAX_BYTES),
    "20 MB of noise": lambda: noise(MAX_BYTES),
    "first bytes alone": lambda: HEAD,
    "one byte": partial(bytes, 1),
    "an empty file": bytes,
}  # fmt: skip
