"""Does the static site see and say what Python does? Held against each other, picture by picture.

    python measure/page_parity.py --data-dir DIR    # --write: also into models/results.json

From the same pixels on (ink as the canvas hands it over, and PNGs small enough not to be reduced):
the same 784 bytes, probabilities, labels and refusals. From the same files (JPEGs as large as a
phone's are sent, which the browser decodes and reduces in its own way): the same labels.
"""

import argparse
import base64
import io
import os
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script: find the project

import numpy as np
from PIL import Image

from measure import browser, machine
from models import results
from models.classifier import load
from models.decode import BadPicture
from models.result import Result

COUNTS = {"drawings": 400, "digits": 300, "garments": 300}
PHONE_SIDE = 1600  # pixels, the longer side
AT_ONCE = 50  # pictures in one question to the browser

ASK = """async ([model, whole, given]) => {
    const { version } = document.documentElement.dataset;
    const { host } = await import(new URL(`${version}/hosts/browser.js`, document.baseURI));
    const options = { whole, invert: false, show: false };
    const found = [];
    for (const { width, height, content } of given) {
        const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
        const asked = width
            ? host.sketch({ width, height, greys: bytes }, model)
            : host.photo(new Blob([bytes]), model, options);
        found.push(await asked.then(
            ({ input, probabilities, energy, blank, rejected, evidence }) =>
                ({ input: [...input], probabilities, energy, blank, rejected, evidence }),
            (error) => ({ refusal: error.key ?? String(error) })));
    }
    return found;
}"""


@dataclass
class Said:
    """What one of the two says of a picture; refusal: why it says nothing."""

    input: np.ndarray | None = None
    probabilities: np.ndarray | None = None
    rejected: bool = False
    refusal: str = ""


def in_browser(page, model: str, pictures: list) -> list[Said]:
    """pictures: ink as uint8 (H, W), or the bytes of files; a digit's are taken for drawings."""
    threshold = load(model).rejection_threshold
    whole, said = load(model).spec.subject == "digit", []
    for start in range(0, len(pictures), AT_ONCE):
        given = [_given(picture) for picture in pictures[start : start + AT_ONCE]]
        for found in page.evaluate(ASK, [model, whole, given]):
            if "refusal" in found:
                said.append(Said(refusal=found["refusal"]))
                continue
            rejected = threshold is not None and found["energy"] < threshold
            if found.get("evidence") is not None:
                rejected = found["evidence"] < 0
            greys, probabilities = np.uint8(found["input"]), np.array(found["probabilities"])
            away = found["blank"] or found["rejected"] or rejected
            said.append(Said(greys, probabilities, away))
    return said


def _given(picture) -> dict:
    if isinstance(picture, np.ndarray):
        height, width = picture.shape
        content = base64.b64encode(picture.tobytes()).decode()
        return {"width": width, "height": height, "content": content}
    return {"content": base64.b64encode(picture).decode()}


def in_python(model: str, pictures: list) -> list[Said]:
    """The same, asked as serve/ asks."""
    classifier, said = load(model), []
    for picture in pictures:
        try:
            if isinstance(picture, np.ndarray):
                said.append(_said(classifier.predict_ink(picture)))
            else:
                cut = classifier.spec.subject == "garment"
                said.append(_said(classifier.predict(picture, kind="photo", cut=cut)))
        except BadPicture as error:
            said.append(Said(refusal=error.key))
    return said


def _said(result: Result) -> Said:
    greys = np.uint8(np.rint(result.network_input * 255)).ravel()
    return Said(greys, np.array(list(result.probabilities.values())), result.rejected)


def compared(ours: list[Said], theirs: list[Said]) -> dict:
    """How many agree on what, and how far the probabilities are apart at most."""
    both = [(a, b) for a, b in zip(ours, theirs, strict=True) if not a.refusal and not b.refusal]
    apart = [np.abs(a.probabilities - b.probabilities).max() for a, b in both]
    return {
        "pictures": len(ours),
        "same_refusal": sum(a.refusal == b.refusal for a, b in zip(ours, theirs, strict=True)),
        "read": len(both),
        "same_input": sum(bool((a.input == b.input).all()) for a, b in both),
        "same_label": sum(
            int(a.probabilities.argmax() == b.probabilities.argmax()) for a, b in both
        ),
        "same_rejection": sum(bool(a.rejected) == bool(b.rejected) for a, b in both),
        "apart": float(max(apart, default=0)),
    }


def png(picture: Image.Image, side: int) -> bytes:
    """A file whose pixels both read alike: no longer than `side`, nothing lost."""
    picture = picture.copy()
    picture.thumbnail((side, side), Image.Resampling.BOX)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def jpeg(picture: Image.Image) -> bytes:
    """A file that both have to reduce, each in its own way."""
    scale = PHONE_SIDE / max(picture.size)
    large = picture.convert("RGB").resize([round(side * scale) for side in picture.size])
    file = io.BytesIO()
    large.save(file, "JPEG", quality=85)
    return file.getvalue()


def inks(root: Path, count: int) -> list[np.ndarray]:
    """Drawings by people, cropped to their ink, the longer side 100, as the canvas does it."""
    from train.pictures.strokes import canvases

    found = []
    for drawn in canvases(root, "test", 28)[0][:count]:
        picture = Image.fromarray(255 - drawn)
        picture = picture.crop(picture.getbbox())
        scale = 100 / max(picture.size)
        picture = picture.resize([max(1, round(side * scale)) for side in picture.size])
        found.append(np.asarray(picture))
    return found


def digits(root: Path, count: int) -> list[bytes]:
    """Test digits as people upload them, a kind after the other, and numbers."""
    from measure import paint, uploads
    from train.pictures import data

    images, _ = data.load("mnist", root, train=False)
    inks = images[:, 0].numpy().astype(np.float32) / 255
    rng, files = np.random.default_rng(28), []
    for index, ink in enumerate(inks[:count]):
        kind = uploads.KINDS[index % len(uploads.KINDS)]
        made = kind(ink, rng) if index % 4 else paint.number([*inks[index : index + 3]], rng)
        files.append(png(Image.fromarray(made), 512))
    return files


def photos(root: Path, count: int) -> list[Path]:
    from train.pictures.photos import files

    return [path for path, _ in files(root, "test")][:count]


def main() -> None:
    from export import to_static
    from measure.site import served

    parser = argparse.ArgumentParser(description="Hold the static site against Python.")
    parser.add_argument("--data-dir", type=Path, default=Path(os.environ.get("DATA_DIR", "data")))
    parser.add_argument("--write", action="store_true", help="note it in models/results.json")
    args = parser.parse_args()
    facts = machine.facts("onnxruntime", "playwright")
    taken = photos(args.data_dir, COUNTS["garments"])
    parts = {
        "drawings": ("mnist", inks(args.data_dir, COUNTS["drawings"])),
        "digits": ("mnist", digits(args.data_dir, COUNTS["digits"])),
        "garments": ("fashion_mnist", [png(Image.open(path), 320) for path in taken]),
        "JPEGs of garments": ("fashion_mnist", [jpeg(Image.open(path)) for path in taken]),
    }
    figures = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        to_static.build(folder)
        chromium = stack.enter_context(browser.chromium())
        facts["versions"]["Chromium"] = chromium.version
        address = stack.enter_context(served(folder))
        page = browser.open_page(chromium.new_context(), address)
        for word, (model, pictures) in parts.items():
            found = compared(in_browser(page, model, pictures), in_python(model, pictures))
            figures[word] = found
            print(f"{word:<24}", ", ".join(f"{key} {value:.4g}" for key, value in found.items()))
    if args.write:
        results.update("page_parity", figures | {"machine": facts})


if __name__ == "__main__":
    main()
