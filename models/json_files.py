"""JSON files beside the graphs: read whole, and written so that no reader meets half of one."""

import json
import os
import re
from pathlib import Path
from typing import Any

NUMBERS = re.compile(r"\[\n\s*([-+.\deE,\s]+?)\n\s*\]")  # no string of JSON holds a line's end


def read(path: Path) -> dict[str, Any]:
    """The object in that file, or {} where there is none.

    Raises:
        ValueError: the file is no JSON; the message names it.
    """
    try:
        return json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise ValueError(f"{path} is damaged ({error}); restore it from the repository.") from error


def write(path: Path, content: dict[str, Any], sort_keys: bool = False) -> None:
    """Replace the file: the old one or the new one is there at every moment."""
    temporary = path.with_name(f"{path.name}.tmp")
    text = json.dumps(content, indent=1, sort_keys=sort_keys, ensure_ascii=False)
    text = NUMBERS.sub(lambda numbers: f"[{' '.join(numbers[1].split())}]", text)  # on one line
    temporary.write_text(text + "\n", "utf-8")
    os.replace(temporary, path)
