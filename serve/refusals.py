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
    "endpoint": "There is no such endpoint. There are: {endpoints}.",
    "fault": "Something went wrong here. Please try again.",
    "handle": "`image` must be an uploaded picture file: use gradio_client's handle_file().",
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
    "busy": 503, "endpoint": 404, "fault": 500, "large": 413, "long": 413, "nothing": 404,
    "post": 405, "trickle": 408, "visit": 404,
}  # fmt: skip


class Refused(Exception):
    """What arrived cannot be answered; str() of it is one kind sentence in English."""

    def __init__(self, key: str, **values: str | int):
        self.key = key
        self.values = values
        super().__init__(REFUSALS[key].format(**self.values))

    @property
    def status(self) -> int:
        """HTTP's."""
        return STATUS.get(self.key, 400)


def refusal_of(error: Exception) -> Refused | BadPicture:
    """What is said of it: our own refusals, and of anything else only that it happened."""
    if isinstance(error, (Refused, BadPicture)):
        return error
    logging.getLogger("sketch28").error(fault(error))
    return Refused("fault")


def reply(refusal: Refused | BadPicture) -> JSONResponse:
    """`refusal` is for the page; `detail`, the sentence, for programs: Gradio's client reads it."""
    told = {"key": refusal.key, "values": refusal.values}
    status = refusal.status if isinstance(refusal, Refused) else 400
    headers = {"connection": "close"}  # the rest of a refused request is not waited for
    if status == 405:
        headers["allow"] = "POST"
    return JSONResponse({"refusal": told, "detail": str(refusal)}, status, headers)
