"""Uploads pictures in a real Chromium, and reads the answers off the page."""

import csv
import io
import json

import pytest
from PIL import Image
from playwright.sync_api import expect

from measure.browser import DESKTOP, EXAMPLES, seen, upload

LABELS = {
    example["file"]: example["label"]
    for example in json.loads((EXAMPLES / "examples.json").read_text("utf-8"))
}

COMPLAINT = "#panel-upload .complaint"

# A camera that shows a grey field, or nothing; allow() is the visitor's permission.
CAMERA = """shows => {
    const canvas = document.createElement("canvas");
    if (shows) canvas.getContext("2d").fillRect(0, 0, 9, 9);
    window.stream = canvas.captureStream();
    const { promise, resolve } = Promise.withResolvers();
    window.allow = () => resolve(window.stream);
    navigator.mediaDevices.getUserMedia = () => promise;
}"""
RUNS = "stream.getTracks().some((track) => track.readyState === 'live')"


@pytest.fixture(scope="module")
def uploads(new_page):
    return new_page("upload", **DESKTOP)


@pytest.mark.parametrize(("file", "label"), [("garment-bag", "Bag"), ("garment-dress", "Dress")])
def test_uploads_one_picture(uploads, file, label):
    found = upload(uploads, EXAMPLES / f"{file}.png")
    assert found["label"] == label
    assert uploads.locator("#panel-upload .all").is_hidden()
    steps = uploads.locator("#panel-upload .steps figcaption").all_inner_texts()
    cut = ["Object found", "Mask", "Cut out", "28 × 28"]
    assert steps == cut


def test_uploads_many_pictures(uploads, tmp_path):
    files = sorted(EXAMPLES.glob("garment-*.png"))
    bad = tmp_path / "letter.png"
    bad.write_text("no picture at all")
    upload(uploads, *files, bad)
    expect(uploads.locator("progress")).to_be_hidden(timeout=90_000)  # a busy machine
    rows = uploads.locator("#panel-upload tbody tr")
    assert rows.count() == len(files) + 1
    labels = [LABELS[file.name] for file in files]
    assert uploads.locator("#panel-upload tbody .label").all_inner_texts()[:-1] == labels
    rows.nth(1).locator("button").click()
    answer = uploads.locator("#upload-answer")
    expect(answer).to_have_attribute("data-picture", files[1].name)
    assert answer_of(uploads) == labels[1]
    expect(rows.nth(1).locator("button")).to_have_attribute("aria-pressed", "true")
    expect(answer).to_be_in_viewport()
    with uploads.expect_download() as download:
        uploads.click(".csv")
    lines = [*csv.reader(download.value.path().open(encoding="utf-8-sig"))][1:]
    assert [line[2] for line in lines] == [*labels, ""]
    assert [bool(line[-1]) for line in lines] == [False] * len(labels) + [True]


def answer_of(page):
    return page.evaluate("document.querySelector('#upload-answer').dataset.label")


def test_a_bad_file_gets_one_kind_sentence(uploads, tmp_path):
    bad = tmp_path / "letter.png"
    bad.write_text("no picture at all")
    assert "label" not in upload(uploads, bad)
    assert "Please choose" in uploads.inner_text("#upload-answer .remark")
    panel, bars = (
        uploads.locator(f"#upload-answer{part}").bounding_box() for part in ("", " .bars")
    )
    assert bars["width"] > 0.8 * panel["width"]  # the empty bars keep their places
    assert upload(uploads, EXAMPLES / "garment-bag.png")["label"] == "Bag"


def test_an_empty_picture_is_called_empty(uploads, tmp_path):
    Image.new("L", (60, 60), 255).save(tmp_path / "white.png")
    uploads.set_input_files("#upload input", tmp_path / "white.png")
    expect(uploads.locator("#upload-answer .remark")).to_have_text("This picture is empty.")


def test_a_ticked_box_and_its_focus_can_be_seen(uploads):
    box = uploads.locator("#invert")
    before = box.screenshot()
    box.focus()
    uploads.keyboard.press("Space")
    ticked = Image.open(io.BytesIO(box.screenshot())).convert("L")
    assert box.screenshot() != before
    assert ticked.getextrema()[1] - ticked.getextrema()[0] > 100
    assert box.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"
    uploads.keyboard.press("Space")


def test_a_file_dropped_elsewhere_does_not_replace_the_page(uploads):
    kept = """() => ["dragover", "drop"].map((type) => {
        const dataTransfer = new DataTransfer();
        const event = new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer });
        return !document.querySelector("#head").dispatchEvent(event);
    })"""
    assert uploads.evaluate(kept) == [True, True]


def test_controls_and_examples_take_effect_at_once(uploads):
    upload(uploads, EXAMPLES / "garment-bag.png")
    before = seen(uploads, "#panel-upload")
    for control in ("#invert", "#whole"):
        uploads.check(control)
        uploads.wait_for_function(
            "() => document.querySelector('#upload-answer').ariaBusy === 'false'"
        )
        assert seen(uploads, "#panel-upload") != before
        uploads.uncheck(control)
    uploads.get_by_role("button", name="Example: 8").click()
    uploads.wait_for_function(
        "() => document.querySelector('#upload-answer').dataset.label === '8'"
    )
    assert uploads.input_value("#upload-model") == "auto"


def test_an_example_that_does_not_arrive_is_told_of(uploads):
    answer, complaint = uploads.locator("#upload-answer"), uploads.locator(COMPLAINT)
    uploads.select_option("#upload-model", "fashion_mnist")
    upload(uploads, EXAMPLES / "garment-bag.png")
    told = {"detail": "Please try again."}
    uploads.route("**/digit-7.png", lambda route: route.fulfill(status=503, json=told))
    uploads.get_by_role("button", name="Example: 7").click()
    expect(complaint).to_contain_text("does not answer")
    expect(answer).to_have_attribute("data-label", "Bag")
    assert uploads.input_value("#upload-model") == "fashion_mnist"
    uploads.unroute("**/digit-7.png")
    uploads.get_by_role("button", name="Example: 7").click()
    expect(answer).to_have_attribute("data-label", "7")
    assert uploads.input_value("#upload-model") == "mnist"
    expect(complaint).to_be_hidden()
    uploads.select_option("#upload-model", "auto")


@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize("end", ["continue_", "abort"])
def test_an_example_that_comes_late_does_not_replace_a_newer_choice(uploads, own, end):
    upload(uploads, EXAMPLES / "garment-bag.png")
    held = []
    uploads.route("**/digit-7.png", lambda route: held.append(route))
    with uploads.expect_request("**/digit-7.png"):
        uploads.get_by_role("button", name="Example: 7").click()
    if own:
        upload(uploads, EXAMPLES / "garment-dress.png")
    else:
        uploads.get_by_role("button", name="Example: Dress").click()
    answer = uploads.locator("#upload-answer")
    expect(answer).to_have_attribute("data-label", "Dress")
    came = "requestfinished" if end == "continue_" else "requestfailed"
    with uploads.expect_event(came, lambda request: request.url.endswith("digit-7.png")):
        getattr(held.pop(), end)()
    uploads.unroute("**/digit-7.png")
    uploads.evaluate("new Promise((done) => setTimeout(done, 100))")  # it has its chance
    expect(answer).to_have_attribute("data-picture", "garment-dress.png")
    expect(answer).to_have_attribute("data-label", "Dress")
    expect(uploads.locator(COMPLAINT)).to_be_hidden()


def test_finds_out_by_itself_and_tells_what_speaks_for_it(uploads):
    answer, basis = uploads.locator("#upload-answer"), uploads.locator("#panel-upload .basis")
    assert uploads.input_value("#upload-model") == "auto"
    upload(uploads, EXAMPLES / "garment-dress.png")
    expect(answer).to_have_attribute("data-model", "fashion_mnist")
    expect(basis.locator(".both")).to_contain_text("in colour says Dress")
    assert float(basis.locator(".scale").get_attribute("aria-valuenow")) > 0
    upload(uploads, EXAMPLES / "digit-2.png")
    expect(answer).to_have_attribute("data-model", "mnist")
    expect(basis.locator(".both")).to_be_empty()
    found = upload(uploads, EXAMPLES / "neither-tree.png")
    assert found["rejected"] == "true"
    expect(answer.locator(".winner")).to_have_text("Neither a digit nor one of the ten garments")
    assert float(basis.locator(".scale").get_attribute("aria-valuenow")) < 0


def test_the_network_chosen_answers_whatever_the_picture_shows(uploads):
    uploads.select_option("#upload-model", "mnist")
    upload(uploads, EXAMPLES / "garment-dress.png")
    expect(uploads.locator("#upload-answer")).to_have_attribute("data-model", "mnist")
    uploads.get_by_role("button", name="Example: Dress").click()
    expect(uploads.locator("#upload-answer")).to_have_attribute("data-model", "fashion_mnist")
    expect(uploads.locator("#upload-answer")).to_have_attribute("data-label", "Dress")
    uploads.select_option("#upload-model", "auto")


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
    uploads.wait_for_function("() => document.querySelector('#upload-answer').dataset.label")
    assert answer_of(uploads) == "Trouser"


@pytest.mark.parametrize("leave", ["#camera-close", "#tab-draw"])
def test_a_camera_closed_before_it_is_allowed_does_not_run(uploads, leave):
    uploads.evaluate(CAMERA, True)
    uploads.click("#camera")
    uploads.click(leave)
    assert uploads.evaluate(RUNS)
    uploads.evaluate("allow()")
    uploads.wait_for_function(f"!{RUNS}")
    uploads.click("#tab-upload")
    expect(uploads.locator("#camera")).to_be_visible()
    expect(uploads.locator("#panel-upload .camera")).to_be_hidden()


def test_takes_a_picture_with_the_camera(uploads):
    uploads.evaluate(CAMERA, True)
    uploads.click("#camera")
    uploads.evaluate("allow()")
    expect(uploads.locator("#shoot")).to_be_focused()
    assert uploads.evaluate(RUNS)
    uploads.click("#shoot")
    expect(uploads.locator("#upload-answer")).to_have_attribute("data-picture", "camera.jpg")
    expect(uploads.locator("#camera")).to_be_visible()
    assert not uploads.evaluate(RUNS)


def test_a_camera_that_shows_nothing_is_told_of(uploads):
    uploads.evaluate(CAMERA, False)
    uploads.click("#camera")
    uploads.evaluate("allow()")
    uploads.wait_for_function("document.querySelector('#panel-upload video').srcObject === stream")
    uploads.click("#shoot")
    expect(uploads.locator(COMPLAINT)).to_contain_text("camera cannot be used")
    expect(uploads.locator("#camera")).to_be_visible()
    assert not uploads.evaluate(RUNS)
    upload(uploads, EXAMPLES / "garment-bag.png")
    expect(uploads.locator(COMPLAINT)).to_be_hidden()
