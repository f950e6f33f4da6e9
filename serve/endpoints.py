"""The two named HTTP endpoints, for programs: see "?view=api" of the running page.

Assistants read the docstrings too (serve/assistants.py), so each argument has one line, all of it.

from gradio_client import Client, handle_file
client = Client("http://127.0.0.1:7860")
client.predict(image=handle_file("seven.png"), model="mnist", api_name="/classify_sketch")
"""

from pathlib import Path

from serve import answers
from serve.gradio_insides import Told, add_endpoint, gr
from serve.line import MOST_WAITING, visitor
from serve.offered import default
from serve.refusals import Refused, refusal_of
from serve.uploads import is_uploaded

KINDS = {"classify_sketch": "sketch", "classify_photo": "photo"}


async def classify_sketch(
    image: gr.FileData, model: str = default("digit"), request: gr.Request | None = None
) -> dict:
    """Say which digit a drawing shows.

    The drawing may be of any size, dark on light or light on dark, the digit anywhere on it.

    Args:
        image: a picture file with one drawn digit (PNG, JPEG, WebP, ...).
        model: "mnist" or another, or "auto" to find out what it is; a wrong name is told all.

    Returns:
        label, probability, probabilities (by label), energy, provider, notes
        rejected: true when it is no digit; label then names the nearest
        blank: true when nothing is drawn
        shows: with "auto", digit, garment or neither
        network_input (over HTTP only): the 28×28 greys, 0 to 1, that the network saw
    """
    return await _told("sketch", image, request, model=model)


async def classify_photo(
    image: gr.FileData, model: str = default("garment"), cut: bool = True,
    invert: bool = False, request: gr.Request | None = None,
) -> dict:  # fmt: skip
    """Say which garment (or, with a digit model, which digit on paper) a photo shows.

    Args:
        image: a picture file with one thing on it (JPEG, PNG, WebP, ...).
        model: "fashion_mnist", or "mnist" for a digit on paper, or "auto" to find out which it is.
        cut: cut the thing out of its background first, true unless it fills the picture.
        invert: turn its greys round, for a dark thing that is read wrongly.

    Returns:
        label, probability, probabilities (by label), energy, provider, notes
        rejected: true when it is none of the ten; label then names the nearest
        blank: true when there is nothing on it
        shows: with "auto", digit, garment or neither
        opinions, evidence: what a look in colour and the network each say of a garment
        network_input (over HTTP only): the 28×28 greys, 0 to 1, that the network saw
    """
    return await _told("photo", image, request, model=model, cut=cut, invert=invert)


def build() -> None:
    """Add both to the gr.Blocks being built."""
    # Pictures wait in a line of their own, serve/answers.py's: it is the page's too.
    limits = {"concurrency_limit": MOST_WAITING, "concurrency_id": "files"}
    for function, example in ((classify_sketch, "drawn/seven"), (classify_photo, "garment-dress")):
        add_endpoint(function, Path(f"page/examples/{example}.png"), **limits)


async def classified(picture: answers.InBase64 | Path, kind: str, model, **options) -> dict:
    """The answer to either endpoint as JSON, for whoever asks.

    Raises:
        Refused, BadPicture: the message is one kind sentence for the visitor.
    """
    if not isinstance(model, str):
        raise Refused("name")
    if any(type(value) is not bool for value in options.values()):
        raise Refused("options")
    return (await answers.classify(picture, model, kind, **options)).as_json()


async def _told(kind: str, image, request: gr.Request | None, **values) -> dict:
    """The answer to a program that asks through Gradio."""
    path = image.get("path") if isinstance(image, dict) else None
    try:
        if not is_uploaded(path):
            raise Refused("handle")
        if request and request.client:
            visitor.set(request.client.host)
        return await classified(Path(str(path)), kind, **values)
    except Exception as error:
        raise Told(str(refusal_of(error))) from error
