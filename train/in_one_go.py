"""Train all that finds, names and reads what people upload, one after another, in one go.

    python train/in_one_go.py
    python train/in_one_go.py --resume      # after it was stopped or killed: from the last epoch on

What finds and names a garment starts anew, in fewer epochs than the shipped ones; what finds ink
and the two networks go on from the shipped weights. The weights in models/ and the graphs made of
them are replaced. How long each step took, on the clock and of the processor, is kept in
runs/in_one_go.json and told at the end; of a step that was stopped, from where it went on.
"""

import argparse
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script: find the project

from models import json_files
from train.plan import RUNS, one_sentence

PROJECT = Path(__file__).resolve().parents[1]
DONE = RUNS / "in_one_go.json"


@dataclass(frozen=True)
class Step:
    """A script with its arguments; long: it leaves a checkpoint an epoch and knows --resume."""

    words: str
    long: bool = True

    def command(self, resume: bool) -> list[str]:
        script, *words = self.words.split()
        return [
            sys.executable,
            str(PROJECT / script),
            *words,
            *["--resume"] * (resume and self.long),
        ]


STEPS = (
    Step("train/writing.py --epochs 2 --lr 0.003 --start-from models/writing.safetensors"),
    Step("train/mnist.py --recipe robust --gentle --start-from models/mnist.safetensors"),
    Step("train/look.py --output runs/look-1.safetensors"),
    Step("train/look.py --start-from runs/look-1.safetensors --output runs/look-2.safetensors"),
    Step(
        "train/look.py --epochs 0 --start-from runs/look-1.safetensors runs/look-2.safetensors",
        long=False,
    ),
    Step("train/colour.py --bfloat16 --epochs 8 --output runs/colour-1.safetensors"),
    Step("train/colour.py --bfloat16 --epochs 2 --start-from runs/colour/trained.safetensors"),
    Step(
        "train/fashion_mnist.py --recipe robust --gentle --epochs 2"
        " --start-from models/fashion_mnist.safetensors"
    ),
    Step("train/look_rule.py", long=False),
    Step("export/to_onnx.py", long=False),
    Step("train/kind_rule.py", long=False),
    Step("export/to_onnx.py look", long=False),
)


def spent() -> float:
    """Seconds of the processor that children of this process have used so far."""
    used = os.times()
    return used.children_user + used.children_system


def main(words: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Train what the app looks with, in one go.")
    parser.add_argument("--resume", action="store_true", help="go on where it was stopped")
    args = parser.parse_args(words)
    done = json_files.read(DONE) if args.resume else {}
    json_files.write(DONE, done)
    begun = args.resume  # only the step that was stopped has a checkpoint of this run
    with one_sentence():
        for number, step in enumerate(STEPS, 1):
            if step.words in done:
                continue
            print(f"{number} of {len(STEPS)}: {step.words}", flush=True)
            done[step.words] = taken(step.command(begun))
            json_files.write(DONE, done)
            begun = False
    for name, took in (*done.items(), ("all of it", total(done))):
        minutes = (took[key] / 60 for key in ("seconds", "processor"))
        print("{:6.1f} min, {:6.1f} of a processor's: {}".format(*minutes, name))


def taken(command: list[str]) -> dict[str, float]:
    """Run it to its end -> seconds on the clock, and those that processors spent on it.

    Raises:
        SystemExit: it stopped before.
    """
    clock, processor = time.monotonic(), spent()
    if subprocess.run(command, check=False).returncode:
        raise SystemExit("It stopped there. The same command with --resume goes on from there.")
    return {
        "seconds": round(time.monotonic() - clock, 1),
        "processor": round(spent() - processor, 1),
    }


def total(done: dict[str, dict[str, float]]) -> dict[str, float]:
    return {key: sum(took[key] for took in done.values()) for key in ("seconds", "processor")}


if __name__ == "__main__":
    main()
