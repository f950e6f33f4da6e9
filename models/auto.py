"""Finds out by itself whether a picture shows a digit or a garment: `auto.load("auto")`."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from models import classifier, preprocess
from models.classifier import Classifier
from models.decode import decode
from models.result import Result

AUTO = "auto"  # in place of a model's name
NETWORKS = {"digit": "mnist", "garment": "fashion_mnist"}  # that answer, once it is known


class Auto:
    """A Classifier in all that a picture needs: a look chooses the network, which then answers."""

    def predict(self, image: Any, kind: str | None = None, **options: Any) -> Result:
        """Classifier.predict() of the network that the look chooses; kind is a photo unless given.
        Rejected, too, is what is neither: Result.shows.

        Raises:
            BadPicture: the picture cannot be used; the message is for the visitor.
            ValueError: no such kind.
        """
        picture = decode(image)
        seen = preprocess.first_look(picture)
        network = classifier.load(NETWORKS[seen.subject])
        if kind not in (None, "photo"):  # of drawings the look was not taught what is neither
            result = network.predict(picture, kind, **options)
            return replace(result, shows="neither" if result.rejected else seen.subject)
        if seen.subject == "garment":
            result = network.predict(picture, "photo", **options, seen=seen)
        else:
            result = network.predict(picture, "photo", **options)
            result = replace(result, evidence=seen.evidence_of_digit(energy(result)))
        neither = result.evidence is not None and result.evidence < 0
        shows = "neither" if neither else seen.subject
        return replace(result, rejected=result.rejected or neither, shows=shows)

    def prepare(self, images: Iterable[Any], kind: str | None = None) -> list[Result]:
        """predict() of each: nothing is left to be done for many at once."""
        return [self.predict(image, kind) for image in images]

    def results(self, found: list[Result]) -> list[Result]:
        return found


def energy(result: Result) -> float:
    """Of a number its least sure digit's."""
    return min(one.energy for one in result.digits or (result,))


def load(name: str) -> Classifier | Auto:
    """classifier.load(), and what finds out by itself for AUTO."""
    return Auto() if name == AUTO else classifier.load(name)
