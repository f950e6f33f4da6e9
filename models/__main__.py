"""Classify pictures from the shell.

    python -m models seven.png                                  # a digit drawn with a pen
    python -m models shirt.jpg shoe.jpg --model fashion_mnist   # photos of garments
    python -m models page.jpg --kind photo --json               # a digit on paper, as JSON lines
    python -m models *.jpg --model auto                         # digits or garments: find out
    python -m models FOLDER --model fashion_mnist --csv out.csv # all files in it; goes on if killed

Exit status 0, or 2 when a picture or an argument is bad: then one sentence says so on the error
stream, and the other pictures are answered all the same.
"""

import argparse
import io
import json
import sys
from pathlib import Path

from models import auto, bulk
from models.auto import AUTO, Auto
from models.classifier import KINDS, Classifier
from models.refusals import BadPicture
from models.result import Result
from models.sessions import BrokenModel
from models.specs import MODELS
from models.whole import told


def main(words: list[str] | None = None) -> int:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # names of files may be beyond a code page
            stream.reconfigure(errors="backslashreplace")
    args = _arguments(words)
    try:
        classifier = auto.load(args.model)
    except (KeyError, BrokenModel) as error:
        print(error.args[0], file=sys.stderr)
        return 2
    kind = args.kind or ("photo" if isinstance(classifier, Auto) else classifier.spec.kind)
    if args.csv:
        return _score(args, kind)
    status = 0
    for path in args.pictures:
        status = max(status, _answer(classifier, path, kind, args.json))
    return status


def _arguments(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m models", description="Say what pictures show: a digit or a garment."
    )
    parser.add_argument("pictures", nargs="+", metavar="PICTURE", help="JPEG, PNG, WebP, GIF …")
    parser.add_argument(
        "--model", default="mnist",
        help=f"one of {', '.join(MODELS)}, or {AUTO}: find out (default: mnist)",
    )  # fmt: skip
    parser.add_argument(
        "--kind", choices=KINDS, help="default: sketch for digits, photo for garments"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument(
        "--csv", type=Path, metavar="FILE", help="score the one folder given into this file"
    )
    return parser.parse_args(words)


def _score(args: argparse.Namespace, kind: str) -> int:
    """Score a folder; 0, or 2 when it cannot be done or some file is no picture."""
    folder = Path(args.pictures[0])
    if len(args.pictures) > 1 or not folder.is_dir():
        print("With --csv, please name one folder of pictures.", file=sys.stderr)
        return 2
    try:
        visited, failed = bulk.score(folder, args.csv, args.model, kind)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    except (OSError, MemoryError) as error:
        print(f"{told(error)} The same command goes on from here.", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped. The same command goes on from here.", file=sys.stderr)
        return 130
    print(f"{visited - failed} pictures and {failed} other files -> {args.csv}")
    return 2 if failed else 0


def _answer(classifier: Classifier | Auto, path: str, kind: str, as_json: bool) -> int:
    """Print what one file shows; 0, or 2 when it is no picture."""
    try:
        result = classifier.predict(path, kind)
    except BadPicture as error:
        print(f"{path}: {error}", file=sys.stderr)
        return 2
    if as_json:
        print(json.dumps({"file": path, **result.as_json()}, ensure_ascii=False))
    else:
        print(f"{path}  {_words(result)}")
    return 0


def _words(result: Result) -> str:
    if result.blank:
        return "blank"
    if result.shows == "neither":
        return "neither a digit nor a garment"
    if result.digits and not any(digit.rejected for digit in result.digits):
        shares = ", ".join(f"{digit.label} {digit.probability:.1%}" for digit in result.digits)
        return f"{result.number}  ({shares})"
    nearest = sorted(result.probabilities.items(), key=lambda pair: -pair[1])[:3]
    shares = ", ".join(f"{label} {share:.1%}" for label, share in nearest)
    subject = MODELS[result.model].subject
    return f"no {subject} (nearest: {shares})" if result.rejected else f"{result.label}  ({shares})"


if __name__ == "__main__":
    sys.exit(main())
