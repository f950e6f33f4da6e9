"""Uploads pictures in a real Chromium, and reads the answers off the page."""

import pytest
from playwright.sync_api import expect

from tests.browser import DESKTOP, EXAMPLES, seen, upload
from ui import parts


@pytest.fixture(scope="module")
def uploads(new_page):
    return new_page("upload", **DESKTOP)


@pytest.mark.parametrize(("file", "label"), [("garment-bag", "Bag"), ("garment-dress", "Dress")])
def test_uploads_one_picture(uploads, file, label):
    found = upload(uploads, EXAMPLES / f"{file}.png")
    assert found["label"] == label
    assert uploads.locator("#panel-upload .all").is_hidden()
    names = uploads.locator("#panel-upload .steps figure").all()
    assert len(names) == 5


def test_uploads_many_pictures(uploads):
    files = sorted(EXAMPLES.glob("garment-*.png"))
    upload(uploads, *files)
    expect(uploads.locator("progress")).to_be_hidden(timeout=15_000)
    rows = uploads.locator("#panel-upload tbody tr")
    assert rows.count() == len(files)
    labels = [parts.label_from_file(file.stem.removeprefix("garment-")) for file in files]
    assert uploads.locator("#panel-upload tbody .label").all_inner_texts() == labels
    rows.nth(1).locator("button").click()
    assert answer_of(uploads) == labels[1]
    with uploads.expect_download() as download:
        uploads.click(".csv")
    lines = download.value.path().read_text("utf-8-sig").splitlines()
    assert [line.split(",")[2].strip('"') for line in lines[1:]] == labels


def answer_of(page):
    return page.evaluate("document.querySelector('#upload-answer').dataset.label")


def test_a_bad_file_gets_one_kind_sentence(uploads, tmp_path):
    bad = tmp_path / "letter.png"
    bad.write_text("no picture at all")
    assert "label" not in upload(uploads, bad)
    assert "Please choose" in uploads.inner_text("#upload-answer .remark")
    assert upload(uploads, EXAMPLES / "garment-bag.png")["label"] == "Bag"


def test_controls_and_examples_take_effect_at_once(uploads):
    upload(uploads, EXAMPLES / "garment-bag.png")
    before = seen(uploads, "#panel-upload")
    for control in ("#invert", "#whole"):
        uploads.check(control)
        uploads.wait_for_function("document.querySelector('#upload-answer').ariaBusy === 'false'")
        assert seen(uploads, "#panel-upload") != before
        uploads.uncheck(control)
    uploads.get_by_role("button", name="Example: 8").click()
    uploads.wait_for_function("document.querySelector('#upload-answer').dataset.label === '8'")
    assert uploads.input_value("#upload-model") == parts.default_model("digit")
    uploads.select_option("#upload-model", parts.default_model("garment"))


def test_pastes_a_picture(uploads):
    uploads.evaluate("document.querySelector('#upload-answer').dataset.label = ''")
    uploads.evaluate(
        """async () => {
            const source = document.querySelector("img[src*='garment-trouser']").src;
            const blob = await (await fetch(source)).blob();
            const clipboardData = new DataTransfer();
            clipboardData.items.add(new File([blob], "pasted.png", { type: "image/png" }));
            document.dispatchEvent(new ClipboardEvent("paste", { clipboardData }));
        }"""
    )
    uploads.wait_for_function("document.querySelector('#upload-answer').dataset.label")
    assert answer_of(uploads) == "Trouser"
