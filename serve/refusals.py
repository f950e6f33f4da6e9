"""What the app says when it cannot answer: a key with values, for which the page finds the words.

Those of pictures are models' own (BadPicture); these are about requests. Programs, assistants and
the shell read the English sentence.
"""

import logging

from starlette.responses import JSONResponse

from models.apart import fault
from models.refusals import SENTENCES, BadPicture

REFUSALS = {
    "busy": "Too much is being sent just now. Please try again in a moment.",
    "elsewhere": "This may only be asked by the page's own address. Please see SKETCH28_HOSTS.",
    "endpoint": "There is no such endpoint. There are: {endpoints}.",
    "fault": "Something went wrong here. Please try again.",
    "form": "Files must be sent as a form (multipart/form-data) of at most {parts} of them.",
    "full": "There is no more room for files just now. Please try again in a few minutes.",
    "handle": "`image` must be an uploaded picture file: use gradio_client's handle_file().",
    "headers": "The headers of this request are longer than {kilobytes} kB. Please send less.",
    "image": "`image` must be the picture itself, as data:image/png;base64,... (or jpeg, webp, "
    "...), or the path that an upload to /gradio_api/upload answered. Nothing is fetched from an "
    "address.",
    "json": "Please send JSON, and say so: content-type: application/json.",
    "large": SENTENCES["large"],
    "long": "This is longer than {kilobytes} kB. Please send less.",
    "model": "There is no model '{model}'. The models are: {models}.",
    "name": "`model` must be the name of a model.",
    "nothing": "There is nothing at this address. Please go to the start page, /.",
    "options": "`cut` and `invert` must be true or false.",
    "post": "Only POST requests are answered at this address.",
    "request": "This request cannot be understood. Please see /?view=api for how to ask.",
    "trickle": "This took too long to arrive. Please try again.",
    "uploaded": "A picture must be an uploaded file. Please upload it first.",
    "values": "`data` must be a list of exactly these values: {names}.",
    "visit": "Nobody by this name has asked for anything. Please ask first.",
}
STATUS = {
    "busy": 503, "elsewhere": 403, "endpoint": 404, "fault": 500, "full": 503, "headers": 431,
    "json": 415, "large": 413, "long": 413, "nothing": 404, "post": 405, "trickle": 408,
    "visit": 404,
}  # fmt: skip


class Refused(Exception):
    """What arrived cannot be answered; str() of it is one kind sentence in English."""

    def __init__(self, key: str, **values: str | int):
        self.key = key
        self.values = {name: printable(value) for name, value in values.items()}
        super().__init__(REFUSALS[key].format(**self.values))

    @property
    def status(self) -> int:
        """HTTP's."""
        return STATUS.get(self.key, 400)


def printable(value: str | int) -> str | int:
    """On one line, for a visitor's word may be anything."""
    if isinstance(value, int):
        return value
    return "".join(letter if letter.isprintable() else " " for letter in value)


def refusal_of(error: Exception) -> Refused | BadPicture:
    """What is said of it: our own refusals, and of anything else only that it happened."""
    if isinstance(error, (Refused, BadPicture)):
        return error
    logging.getLogger("sketch28").error(fault(error))
    return Refused("fault")


def reply(refusal: Refused | BadPicture, client: bool = False) -> JSONResponse:
    """`refusal` is for the page; `detail`, the sentence, for programs.

    client: gradio_client asks, which shows what is said only if it looks like its own words.
    """
    told = {"key": refusal.key, "values": refusal.values}
    status = refusal.status if isinstance(refusal, Refused) else 400
    detail: str | list = str(refusal)
    if client and status < 500:
        detail, status = [{"__type__": "validate", "is_valid": False, "message": detail}], 422
    headers = {"connection": "close"}  # the rest of a refused request is not waited for
    if status == 405:
        headers["allow"] = "POST"
    return JSONResponse({"refusal": told, "detail": detail}, status, headers)
