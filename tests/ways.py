"""What a visitor sends, and the ways by which it comes in."""

import base64

from gradio_client import handle_file

from measure import fuzz
from measure.calls import drawing, photo
from models.__main__ import main
from models.classifier import load
from models.decode import BadPicture
from serve import parts

DIGITS, GARMENTS = (parts.default_model(subject) for subject in ("digit", "garment"))
SEVEN = base64.b64decode(drawing("7"))
PHOTO = photo()


def bomb(side: int) -> bytes:
    """A PNG of 1 bit a pixel, all of them there: kilobytes that become hundreds of megabytes."""
    return fuzz.png(side, side, 1, 0, bytes((side // 8 + 1) * side))


# By each way: the sentence, or None when there was an answer. What else is a failure.


def through_python(content, file, kind, model):
    try:
        fuzz.check_result(load(model).predict(content, kind))
    except BadPicture as error:
        return str(error)


def through_shell(file, kind, model, capsys):
    status = main([str(file), "--kind", kind, "--model", model])
    said = capsys.readouterr()
    if status == 0:
        return None
    assert status == 2
    assert len(said.err.splitlines()) == 1
    return said.err.strip().removeprefix(f"{file}: ")


def through_page(content, kind, model, ask):
    request = {"picture": base64.b64encode(content).decode(), "model": model}
    if kind == "photo":
        status, reply = ask("answer_photo", request | {"cut": True, "invert": False})
    else:
        status, reply = ask("answer_sketch", request)
    assert status == 200
    assert ("label" in reply) != ("refusal" in reply)
    return reply.get("refusal")


def through_endpoint(file, kind, model, client):
    try:
        reply = client.predict(handle_file(file), model, api_name=f"/classify_{kind}")
    except Exception as error:
        return str(error)
    assert reply["label"] in reply["probabilities"]
