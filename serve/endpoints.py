"""The two named HTTP endpoints, for programs: see "?view=api" of the running page.

Assistants read the docstrings too (serve/assistants.py), so each argument has one line, all of it.

from gradio_client import Client, handle_file
client = Client("http://127.0.0.1:7860")
client.predict(image=handle_file("seven.png"), model="mnist", api_name="/classify_sketch")
"""

from pathlib import Path

from serve import answers
from serve.checks import is_uploaded
from serve.gradio_insides import Told, add_endpoint, gr
from serve.offered import default
from serve.refusals import Refused, refusal_of


async def classify_sketch(image: gr.FileData, model: str = default("digit")) -> dict:
    """Say which digit a drawing shows.

    The drawing may be of any size, dark on light or light on dark, the digit anywhere on it.

    Args:
        image: a picture file with one drawn digit (PNG, JPEG, WebP, ...).
        model: the network that looks at it, "mnist" or another; a wrong name is told all names.

    Returns:
        label, probability, probabilities (by label), energy, provider, notes
        rejected: true when it is no digit; label then names the nearest
        blank: true when nothing is drawn
        network_input (over HTTP only): the 28×28 greys, 0 to 1, that the network saw
    """
    return await _classified(image, model, "sketch")


async def classify_photo(
    image: gr.FileData, model: str = default("garment"), cut: bool = True,
    invert: bool = False,
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
    if type(cut) is not bool or type(invert) is not bool:
        raise _told(Refused("options"))
    return await _classified(image, model, "photo", cut=cut, invert=invert)


def build() -> None:
    """Add both to the gr.Blocks being built."""
    # Pictures wait in a line of their own, serve/answers.py's: it is the page's too.
    limits = {"concurrency_limit": answers.MOST_WAITING, "concurrency_id": "files"}
    for function, example in ((classify_sketch, "drawn/seven"), (classify_photo, "garment-dress")):
        add_endpoint(function, Path(f"page/examples/{example}.png"), **limits)


async def _classified(image, model, kind: str, **options) -> dict:
    path = _uploaded(image)
    if not isinstance(model, str):
        raise _told(Refused("name"))
    try:
        return (await answers.classify_file(path, model, kind, **options)).as_json()
    except Exception as error:
        raise _told(error) from error


def _uploaded(image) -> str:
    """The path of a file that this visitor's client has uploaded; no other file is ever opened."""
    path = image.get("path") if isinstance(image, dict) else None
    if path is None or not is_uploaded(path):
        raise _told(Refused("handle"))
    return path


def _told(error: Exception) -> Told:
    return Told(str(refusal_of(error)))
