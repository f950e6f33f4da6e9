"""The two named HTTP endpoints, for programs: see "?view=api" of the running page.

from gradio_client import Client, handle_file
client = Client("http://127.0.0.1:7860")
client.predict(image=handle_file("seven.png"), model="mnist", api_name="/classify_sketch")
"""

from pathlib import Path

import gradio as gr
from gradio.utils import get_upload_folder

from ui import answers, parts


async def classify_sketch(image: gr.FileData, model: str = parts.default_model("digit")) -> dict:
    """Say which digit a drawing shows.

    The drawing may be of any size, dark on light or light on dark, the digit anywhere on it.

    Args:
        image: a picture file with one drawn digit (PNG, JPEG, WebP, ...).
        model: the network that looks at it, "mnist" or another that the page offers.

    Returns:
        label, probability, probabilities (by label), rejected (true when it is no digit; label
        then names the nearest), blank, energy, provider, notes, and network_input: the 28×28
        greys, 0 to 1, that the network saw.
    """
    return await _classified(image, model, "sketch")


async def classify_photo(
    image: gr.FileData, model: str = parts.default_model("garment"), cut: bool = True,
    invert: bool = False,
) -> dict:  # fmt: skip
    """Say which garment (or, with a digit model, which digit on paper) a photo shows.

    Args:
        image: a picture file with one thing on it (JPEG, PNG, WebP, ...).
        model: the network that looks at it, "fashion_mnist" or another that the page offers.
        cut: cut the thing out of its background first.
        invert: turn its greys round.

    Returns:
        label, probability, probabilities (by label), rejected (true when it is none of the ten;
        label then names the nearest), blank, energy, provider, notes, and network_input: the
        28×28 greys, 0 to 1, that the network saw.
    """
    if type(cut) is not bool or type(invert) is not bool:
        raise _error("`cut` and `invert` must be true or false.")
    return await _classified(image, model, "photo", cut=cut, invert=invert)


def build() -> None:
    """Add both to the gr.Blocks being built."""
    # Pictures wait in a line of their own, ui/answers.py's: it is the page's too.
    limits = {"concurrency_limit": answers.MOST_WAITING, "concurrency_id": "files"}
    gr.api(classify_sketch, api_name="classify_sketch", **limits)
    gr.api(classify_photo, api_name="classify_photo", **limits)


async def _classified(image, model, kind: str, **options) -> dict:
    path = _uploaded(image)
    if not isinstance(model, str):
        raise _error("`model` must be the name of a model.")
    try:
        return (await answers.classify_file(path, model, kind, **options)).as_json()
    except Exception as error:
        raise _error(answers.sentence(error)) from error


def _uploaded(image) -> str:
    """The path of a file that this visitor's client has uploaded; no other file is ever opened."""
    path = image.get("path") if isinstance(image, dict) else None
    folder = Path(get_upload_folder()).resolve()
    if not isinstance(path, str) or not Path(path).resolve().is_relative_to(folder):
        raise _error("`image` must be an uploaded picture file: use gradio_client's handle_file().")
    return path


def _error(sentence: str) -> gr.Error:
    return gr.Error(sentence, print_exception=False)
