"""The static site sees and says what Python does (measure/page_parity.py asks a thousand times)."""

import io

import numpy as np
import pillow_heif
import pytest
from PIL import Image
from playwright.sync_api import expect

from measure import browser, page_parity
from measure.browser import EXAMPLES
from models.classifier import load

FILES = {
    "empty": b"",
    "pdf": b"%PDF-1.7\n",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>',
    "format": b"dear friend, this is a letter",
    "damaged": page_parity.png(Image.new("RGB", (60, 60), "red"), 60)[:60],
}


@pytest.mark.parametrize(
    ("model", "names"),
    [("mnist", ("digit-2", "digit-7")), ("fashion_mnist", ("garment-bag", "garment-sneaker"))],
)
def test_sees_and_says_what_python_does(site, visit, seven, bag, model, names):
    clear = Image.new("RGBA", (90, 60), (0, 0, 0, 0))
    clear.paste((200, 30, 60, 255), (20, 10, 70, 50))
    transparent = io.BytesIO()
    clear.save(transparent, "PNG")
    pictures = [255 - seven, np.zeros((9, 30), np.uint8), transparent.getvalue()]
    pictures += [page_parity.png(Image.open(EXAMPLES / f"{name}.png"), 320) for name in names]
    pictures += [page_parity.png(Image.fromarray(bag), 28), *FILES.values()]
    page = browser.ready(visit(site))
    found = page_parity.in_browser(page, model, pictures)
    assert [each.refusal for each in found[-len(FILES) :]] == list(FILES)
    compared = page_parity.compared(found, page_parity.in_python(model, pictures))
    assert compared.pop("apart") < 1e-5
    assert compared.pop("pictures") == compared.pop("same_refusal") == len(pictures)
    assert set(compared.values()) == {len(pictures) - len(FILES)}


def test_moves_and_edits_are_what_python_makes_of_them(site, visit, bag):
    page = browser.ready(visit(site))
    moves, edits = [[0, 0], [3, -2], [-8, 8]], [[], [[0, 255], [400, 9]]]
    changed = """async ([input, change]) => {
        const { version } = document.documentElement.dataset;
        const { host } = await import(`./${version}/hosts/browser.js`);
        const { logits } = await host.run("mnist", Uint8Array.from(input), ["logits"], change);
        return [...logits];
    }"""
    shifted = [np.roll(np.pad(bag, 8), (dy, dx), (0, 1))[8:-8, 8:-8] for dx, dy in moves]
    edited = [bag, bag.copy()]
    edited[1].flat[[0, 400]] = 255, 9
    for change, pictures in (({"moves": moves}, shifted), ({"edits": edits}, edited)):
        found = page.evaluate(changed, [bag.ravel().tolist(), change])
        batch = np.stack(pictures)[:, np.newaxis].astype(np.float32) / 255
        expected = load("mnist").run(batch, ["logits"])["logits"]
        assert np.abs(np.reshape(found, expected.shape) - expected).max() < 1e-4


def test_a_file_that_only_the_server_reads_gets_a_sentence(site, visit, tmp_path):
    pillow_heif.register_heif_opener()
    file = tmp_path / "phone.heic"
    Image.new("RGB", (64, 64), "red").save(file)
    page = browser.ready(visit(site))
    browser.go(page, "upload")
    assert "label" not in browser.upload(page, file)
    expect(page.locator("#upload-answer .remark")).to_contain_text("save it as JPEG or PNG")
