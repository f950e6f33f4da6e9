"""Names of models on a command line."""

import argparse

from models.specs import spec


def model_name(text: str) -> str:
    """A model's name, for argparse's `type`.

    Raises:
        ArgumentTypeError: there is no such model; the sentence lists those that exist.
    """
    try:
        return spec(text).name
    except KeyError as error:
        raise argparse.ArgumentTypeError(error.args[0]) from None
