"""What a visitor sends, and the ways by which it comes in."""

from gradio_client import handle_file

from measure import fuzz
from measure.calls import file_of, photo, sheet
from models.__main__ import main
from models.classifier import load
from models.decode import BadPicture
from serve.offered import default

DIGITS, GARMENTS = (default(subject) for subject in ("digit", "garment"))
SEVEN = file_of(sheet("7"))
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


def through_page(content, model, ask):
    """The page sends files as photos alone, and says what the app's refusal says."""
    status, reply = ask("photo", content, model=model)
    assert ("input" in reply) == (status == 200)
    return None if status == 200 else reply["detail"]


def through_endpoint(file, kind, model, client):
    try:
        reply = client.predict(handle_file(file), model, api_name=f"/classify_{kind}")
    except Exception as error:
        return str(error)
    assert reply["label"] in reply["probabilities"]
