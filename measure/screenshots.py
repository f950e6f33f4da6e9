"""The README's pictures of the page, taken in Chromium.

    python measure/screenshots.py

Writes docs/draw-light.png, docs/draw-dark.png, docs/upload.png and docs/phone.png.
"""

import io
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script: find the project

from PIL import Image

from measure import browser
from measure.browser import DIGITS, EXAMPLES
from train.pictures.hand import curve

FOLDER = Path(__file__).resolve().parents[1] / "docs"
LARGEST = 300_000
DESKTOP = {
    "viewport": {"width": 1180, "height": 850},
    "locale": "en-US",
    "device_scale_factor": 1,
}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "locale": "ko-KR",
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}


def drawn(page, digit: str) -> None:
    browser.draw(page, [curve(*stroke).tolist() for stroke in DIGITS[digit]], steps=1)
    browser.answer(page, len(DIGITS[digit]))


def uploaded(page, name: str) -> None:
    page.set_input_files("#upload input", str(EXAMPLES / name))
    page.wait_for_function("() => document.querySelector('#upload-answer').dataset.label")


def take(chromium, address: str, name: str, tab: str, prepare, **options) -> None:
    context = chromium.new_context(**options)
    page = browser.open_page(context, address, tab)
    prepare(page)
    page.mouse.move(0, 0)
    page.wait_for_timeout(500)  # bars glide, pictures load
    picture = Image.open(io.BytesIO(page.screenshot(full_page=tab == "upload")))
    path = FOLDER / f"{name}.png"
    picture.convert("RGB").quantize(192, dither=Image.Dither.NONE).save(path, optimize=True)
    size = path.stat().st_size
    print(f"{path.relative_to(FOLDER.parent)}: {picture.width} × {picture.height}, {size:,} bytes")
    if size > LARGEST:
        sys.exit(f"{path} is larger than {LARGEST:,} bytes.")
    context.close()


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with browser.chromium() as chromium, browser.served_page() as address:
        for scheme, digit in (("light", "3"), ("dark", "5")):
            take(
                chromium,
                address,
                f"draw-{scheme}",
                "draw",
                lambda page, digit=digit: drawn(page, digit),
                color_scheme=scheme,
                **DESKTOP,
            )
        boot = "garment-ankle-boot.png"
        take(chromium, address, "upload", "upload", lambda page: uploaded(page, boot), **DESKTOP)
        take(chromium, address, "phone", "draw", lambda page: drawn(page, "2"), **PHONE)


if __name__ == "__main__":
    main()
