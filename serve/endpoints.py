"""The two named HTTP endpoints, for programs: see "?view=api" of the running page.

Assistants read the docstrings too (serve/assistants.py), so each argument has one line, all of it.

from gradio_client import Client, handle_file
client = Client("http://127.0.0.1:7860")
client.predict(image=handle_file("seven.png"), model="mnist", api_name="/classify_sketch")
"""

from functools import partial

import gradio as gr

from serve import answers, parts
from serve.checks import is_uploaded


async def classify_sketch(image: gr.FileData, model: str = parts.default_model("digit")) -> dict:
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
    image: gr.FileData, model: str = parts.default_model("garment"), cut: bool = True,
    invert: bool = False,
) -> dict:  # fmt: skip
    """Say which garment (or, with a digit model, which digit on paper) a photo shows.

    Args:
        image: a picture file with one thing on it (JPEG, PNG, WebP, ...).
        model: the network that looks at it, "fashion_mnist", or "mnist" for a digit on paper.
        cut: cut the thing out of its background first, true unless it fills the picture.
        invert: turn its greys round, for a dark thing that is read wrongly.

    Returns:
        label, probability, probabilities (by label), energy, provider, notes
        rejected: true when it is none of the ten; label then names the nearest
        blank: true when there is nothing on it
        network_input (over HTTP only): the 28×28 greys, 0 to 1, that the network saw
    """
    if type(cut) is not bool or type(invert) is not bool:
        raise _error("`cut` and `invert` must be true or false.")
    return await _classified(image, model, "photo", cut=cut, invert=invert)


class Told(gr.Error):
    """One sentence for whoever called, as it is: a gr.Error puts quotes around it."""

    def __str__(self) -> str:
        return self.message


def build() -> None:
    """Add both to the gr.Blocks being built."""
    # Pictures wait in a line of their own, serve/answers.py's: it is the page's too.
    limits = {"concurrency_limit": answers.MOST_WAITING, "concurrency_id": "files"}
    for function, example in ((classify_sketch, "drawn/seven"), (classify_photo, "garment-dress")):
        gr.api(function, api_name=function.__name__, **limits)
        called = list(gr.context.Context.root_block.fns.values())[-1]
        called.inputs[0].example_payload = partial(_file, f"page/examples/{example}.png")


def _file(path: str) -> dict:
    """A file as Gradio writes it into examples of a call: handle_file('path')."""
    return {"path": path, "url": path, "meta": {"_type": "gradio.FileData"}}


async def _classified(image, model, kind: str, **options) -> dict:
    path = _uploaded(image)
    if not isinstance(model, str):
        raise _error("`model` must be the name of a model.")
    try:
        return (await answers.classify_file(path, model, kind, **options)).as_json()
    except Exception as error:
        raise _error(str(answers.refusal_of(error))) from error


def _uploaded(image) -> str:
    """The path of a file that this visitor's client has uploaded; no other file is ever opened."""
    path = image.get("path") if isinstance(image, dict) else None
    if not is_uploaded(path):
        raise _error("`image` must be an uploaded picture file: use gradio_client's handle_file().")
    return path


def _error(sentence: str) -> gr.Error:
    return Told(sentence, print_exception=False)
