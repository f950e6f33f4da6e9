"""JSON files beside the graphs: read whole, and written so that no reader meets half of one."""

import json
import re
from pathlib import Path
from typing import Any

from models.whole import replacing

NUMBERS = re.compile(r"\[\n\s*([-+.\deE,\s]+?)\n\s*\]")  # no string of JSON holds a line's end


class DamagedFile(ValueError):
    """A file of ours cannot be read; the message says which."""


def read(path: Path) -> dict[str, Any]:
    """The object in that file, or {} where there is none.

    Raises:
        DamagedFile: the file is no JSON object; the message names it.
    """
    try:
        found = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (ValueError, RecursionError) as error:
        raise DamagedFile(
            f"{path} is damaged ({error}); restore it from the repository."
        ) from error
    if not isinstance(found, dict):
        raise DamagedFile(f"{path} is damaged (no object); restore it from the repository.")
    return found


def write(path: Path, content: dict[str, Any], sort_keys: bool = False) -> None:
    """Replace the file: the old one or the new one is there at every moment."""
    text = json.dumps(content, indent=1, sort_keys=sort_keys, ensure_ascii=False)
    text = NUMBERS.sub(lambda numbers: f"[{' '.join(numbers[1].split())}]", text)  # on one line
    with replacing(path) as temporary:
        temporary.write_text(text + "\n", "utf-8")
