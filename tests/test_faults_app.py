"""Every file operation of the app fails once, in every way: one sentence, and the next succeeds."""

import asyncio
import shutil
import sys
from types import SimpleNamespace

import httpx
import numpy as np
import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.middleware import Middleware

from measure.calls import file_of, sheet
from measure.fuzz import check_sentence
from models import catalogue, learning, sessions
from models.specs import FOLDER as MODELS
from models.specs import MODELS as ALL
from models.whole import told
from serve import answers, files, folder
from serve.gate import Gate
from serve.gradio_insides import upload_folder
from serve.offered import default
from serve.sweep import keep_clean
from tests.faults import KINDS, faulty
from tests.scenario import run

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="file descriptors have no names"),
    pytest.mark.parametrize("kind", KINDS),
]


def each(place, kind, does):
    """Let each operation of does() in that folder fail; yields what came of it, and then does it
    once more, which must succeed."""
    with faulty(place) as faults:
        whole = does()
    assert faults.seen
    for number in range(faults.seen):
        with faulty(place, number, kind):
            try:
                outcome = does()
            except Exception as error:
                outcome = error
        yield outcome
        assert does() == whole


def ask(path: str) -> tuple[int, bytes]:
    """(status, content) of one of the page's files behind the gate, by a new app."""
    app = Starlette(routes=files.routes(), middleware=[Middleware(Gate)])

    async def scenario():
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://app") as client:
            return await client.get(path)

    reply = run(scenario)
    if reply.status_code != 200:
        check_sentence(reply.json()["detail"])
    return reply.status_code, reply.content


@pytest.mark.parametrize(
    ("path", "place"),
    [("/page/shell.js", files.FOLDER), ("/page/examples/drawn/seven.png", files.FOLDER),
     ("/page/models/catalogue.json", MODELS), ("/page/models/mnist.safetensors", MODELS)],
)  # fmt: skip
def test_a_file_of_the_page_or_of_the_models(kind, path, place):
    for status, _ in each(place, kind, lambda: ask(path)):
        assert status in (404, 500)


def test_an_upload_that_is_to_be_answered(kind):
    path = upload_folder() / ("a" * 32)
    path.write_bytes(file_of(sheet("7")))

    def classify() -> str:
        return asyncio.run(answers.classify(path, default("digit"), "sketch")).label

    try:
        for outcome in each(path.parent, kind, classify):
            assert isinstance(outcome, (OSError, MemoryError))  # refusals.py: "fault"
    finally:
        path.unlink()


def test_a_network_is_opened(kind):
    graph = ALL[default("digit")].graph

    def opens() -> list[str]:
        return [given.name for given in sessions.open_session(graph, gpu=False).get_inputs()]

    for outcome in each(MODELS, kind, opens):
        assert isinstance(outcome, (sessions.BrokenModel, OSError, MemoryError))
        if not isinstance(outcome, sessions.BrokenModel):
            outcome = told(outcome)  # app.py ends with it
        assert str(outcome).endswith(".") and "\n" not in str(outcome)


def test_weights_of_a_moment_are_read(kind):
    name = next(iter(catalogue.read(MODELS)["learning"]))

    def learn() -> float:
        past = learning.Learning(name)
        batch = np.zeros((1, 1, 28, 28), np.float32)
        return float(past.run(batch, past.moments[0], ["logits"])["logits"].sum())

    for outcome in each(MODELS, kind, learn):
        assert isinstance(outcome, (sessions.BrokenModel, OSError, MemoryError))


def test_a_sweep_that_fails_is_followed_by_others(kind, monkeypatch, tmp_path):
    monkeypatch.setattr("serve.sweep.EVERY", 0.01)
    nothing = SimpleNamespace(pending_event_ids_session={}, pending_messages_per_session={})
    blocks = SimpleNamespace(_queue=nothing)
    for number in range(4):

        async def scenario(number=number):
            (tmp_path / "old").write_bytes(b"x")
            async with keep_clean(tmp_path, blocks, -1)(None):
                with faulty(tmp_path, number, kind) as faults:
                    while faults.seen <= number or (tmp_path / "old").exists():
                        await asyncio.sleep(0.01)

        run(scenario)


def test_a_folder_for_uploads(kind, monkeypatch, tmp_path):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    with faulty(tmp_path) as faults:
        made = folder.make()
    assert faults.seen
    for number in range(faults.seen):
        shutil.rmtree(made)
        with faulty(tmp_path, number, kind):
            try:
                made = folder.make()
            except SystemExit as stop:
                assert str(stop).startswith("No temporary files can be written in")
        shutil.rmtree(made, ignore_errors=True)
        made = folder.make()  # and what is left is swept away
        assert [*tmp_path.iterdir()] == [made]


def test_a_large_upload_is_spooled(kind, http):
    content = file_of(Image.effect_noise((1500, 1500), 90))
    assert len(content) > 2**20

    def send() -> int:
        reply = http.post("/gradio_api/upload", files={"files": ("a.png", content)})
        if reply.status_code != 200:
            check_sentence(reply.json()["detail"])
        return reply.status_code

    with faulty(upload_folder().parent) as faults:
        assert send() == 200
    for number in range(faults.seen):
        with faulty(upload_folder().parent, number, kind):
            assert send() in (200, 400, 500, 503)
    assert send() == 200
