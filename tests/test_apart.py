"""The process that decodes strangers' pictures: its answers, and its death."""

import base64
import io
import os
import signal
import threading
import time
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from measure.browser import EXAMPLES
from measure.calls import photo
from measure.fuzz import check_sentence
from models import apart as apart_module
from models.apart import Apart, fault
from models.classifier import load
from models.refusals import BadPicture
from models.result import Trace
from serve.offered import default

GARMENTS = default("garment")
BAG = (EXAMPLES / "garment-bag.png").read_bytes()


@pytest.fixture(scope="module")
def apart():
    apart = Apart(seconds=60)
    yield apart
    apart.stop()


@pytest.mark.parametrize("kind", ["sketch", "photo"])
def test_it_answers_what_this_process_would(apart, kind):
    there, here = apart.predict(BAG, GARMENTS, kind), load(GARMENTS).predict(BAG, kind)
    assert there.as_json() == here.as_json()
    for field in fields(Trace):
        if field.name in ("look", "turned"):  # have had their say, and stay there
            continue
        one, other = getattr(there.trace, field.name), getattr(here.trace, field.name)
        np.testing.assert_array_equal(one, other)


def test_the_picture_comes_back_where_it_is_asked_for(apart):
    shown = apart.predict(BAG, GARMENTS, "photo", show=True).trace.picture
    with Image.open(io.BytesIO(shown)) as picture, Image.open(io.BytesIO(BAG)) as given:
        assert picture.format == "JPEG"
        assert max(picture.size) == min(320, max(given.size))


def test_options_reach_it(apart):
    whole = apart.predict(BAG, GARMENTS, "photo", cut=False)
    assert whole.as_json() == load(GARMENTS).predict(BAG, "photo", cut=False).as_json()


def test_refusals_come_through(apart):
    with pytest.raises(BadPicture, match="no picture"):
        apart.predict(b"text", GARMENTS, "photo")


def test_a_fault_of_ours_says_where_and_nothing_else(apart):
    with pytest.raises(RuntimeError, match=r"^KeyError in \S+specs\.py:\d+$"):
        apart.predict(BAG, "secret", "photo")


def test_a_fault_is_told_by_its_place():
    try:
        int("secret")
    except ValueError as error:
        assert fault(error).startswith("ValueError in ")
        assert "secret" not in fault(error)


def test_what_takes_too_long_is_given_up_and_the_next_is_answered():
    apart = Apart(seconds=0.01)
    apart.start()
    first = apart._process
    with pytest.raises(BadPicture, match="takes too long") as refusal:
        apart.predict(photo(12), GARMENTS, "photo")
    check_sentence(str(refusal.value))
    assert first.poll() is not None
    apart.seconds = 60
    assert apart.predict(BAG, GARMENTS, "photo").label == load(GARMENTS).predict(BAG, "photo").label
    apart.stop()


def test_a_process_that_somebody_kills_is_asked_once_more(apart):
    apart.start()
    victim = apart._process.pid
    os.kill(victim, signal.SIGSTOP)  # as if it were busy with the picture
    threading.Timer(0.5, os.kill, (victim, signal.SIGKILL)).start()
    assert apart.predict(BAG, GARMENTS, "photo").label in load(GARMENTS).labels


def test_a_decoder_that_crashes_costs_one_answer(apart, monkeypatch):
    """A picture that kills the process kills the second one too."""
    exchange, lost = apart._exchange, []

    def crash(head, body, seconds):
        if body == b"crafted":
            apart._process.kill()
            apart._process.wait()
            lost.append(apart._process)
        return exchange(head, body, seconds)

    monkeypatch.setattr(apart, "_exchange", crash)
    with pytest.raises(BadPicture, match="could not be read") as refusal:
        apart.predict(b"crafted", GARMENTS, "photo")
    check_sentence(str(refusal.value))
    assert len(set(lost)) == 2
    assert apart.predict(BAG, GARMENTS, "photo").label in load(GARMENTS).labels


def test_it_ends_at_once_though_it_is_busy():
    apart = Apart(seconds=600)
    apart.start()
    os.kill(apart._process.pid, signal.SIGSTOP)  # as if the picture took for ever
    said = []

    def ask():
        try:
            apart.predict(BAG, GARMENTS, "photo")
        except BadPicture as error:
            said.append(error.key)

    thread = threading.Thread(target=ask)
    thread.start()
    while not apart._lock.locked():
        thread.join(0.01)
    apart.stop()
    thread.join(60)
    assert said == ["lost"]


def test_a_folder_is_deleted_when_the_other_side_is_gone(tmp_path):
    apart = Apart(tmp_path / "uploads")
    apart.folder.mkdir()
    (apart.folder / "picture").write_bytes(b"x")
    apart.start()
    process = apart._process
    process.stdin.close()  # as when the app is killed
    assert process.wait(timeout=30) == 0
    assert not apart.folder.exists()


def test_it_is_started_anew_after_dying_in_its_sleep(apart):
    apart.start()
    apart._process.kill()
    apart._process.wait()
    assert apart.predict(BAG, GARMENTS, "photo").label in load(GARMENTS).labels


def test_after_a_loss_it_is_there_again_before_anybody_asks():
    apart = Apart(seconds=0.01)
    apart.start()
    first = apart._process
    with pytest.raises(BadPicture, match="takes too long"):
        apart.predict(photo(12), GARMENTS, "photo")
    while apart._process is None:
        time.sleep(0.01)
    with apart._lock:
        assert apart._process is not first
        assert apart._process.poll() is None
    apart.stop()


def test_what_was_stopped_after_a_loss_stays_so(monkeypatch):
    apart = Apart(seconds=0.01)
    apart.start()
    renewed = threading.Event()
    renew = apart._renew

    def late():
        apart.stop()
        renew()
        renewed.set()

    monkeypatch.setattr(apart, "_renew", late)
    with pytest.raises(BadPicture, match="takes too long"):
        apart.predict(photo(12), GARMENTS, "photo")
    assert renewed.wait(60)
    assert apart._process is None


def test_base64_is_decoded_there(apart):
    text = base64.b64encode(BAG)
    there = apart.predict(memoryview(text), GARMENTS, "photo", base64=True)
    assert there.as_json() == apart.predict(BAG, GARMENTS, "photo").as_json()
    padded = base64.b64encode(BAG[:99]) + base64.b64encode(BAG[:1]) + text
    for wrong in (b"no base64", text[:-1] + b"!", text[:-4] + "\u00e9".encode(), padded):
        with pytest.raises(BadPicture, match="no base64") as refusal:
            apart.predict(wrong, GARMENTS, "photo", base64=True)
        check_sentence(str(refusal.value))


def test_it_is_modest_and_keeps_no_dump(apart):
    apart.start()
    folder = Path(f"/proc/{apart._process.pid}")
    limits = folder.joinpath("limits").read_text().splitlines()
    by_name = {line[:26].strip(): line[26:].split()[0] for line in limits}
    assert by_name["Max data size"] == str(apart_module.MOST_MEMORY)
    assert by_name["Max core file size"] == "0"
    nice = int(folder.joinpath("stat").read_text().rsplit(")", 1)[1].split()[16])
    assert nice >= min(19, os.nice(0) + 10)


@pytest.mark.slow
def test_the_largest_picture_fits_its_memory(apart):
    largest = Image.new("RGBA", (7700, 7700), (20, 40, 90, 200))
    largest.paste((200, 20, 20, 255), (2000, 2000, 5000, 6000))
    file = io.BytesIO()
    largest.save(file, "PNG", compress_level=1)
    assert apart.predict(file.getvalue(), GARMENTS, "photo").label in load(GARMENTS).labels


def test_it_ends_when_the_app_is_gone():
    apart = Apart()
    apart.start()
    process = apart._process
    process.stdin.close()
    assert process.wait(timeout=30) == 0


def test_pictures_of_many_threads_are_not_mixed_up(apart):
    files = sorted(EXAMPLES.glob("garment-*.png"))
    found = {}

    def ask(file):
        found[file] = apart.predict(file.read_bytes(), GARMENTS, "photo").as_json()

    threads = [threading.Thread(target=ask, args=(file,)) for file in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for file in files:
        assert found[file] == load(GARMENTS).predict(file, "photo").as_json()
