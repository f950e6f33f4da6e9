"""Kills with -9 at any moment, half of them inside a write: is anything lost, doubled or left?

    python measure/killed.py                  # 50 moments of each of three
    python measure/killed.py training --moments 5

A training run is resumed and must end with the very weights of an unbroken one. A run over a folder
goes on and must end with the very table. The app must leave nothing of an upload, and start again.
"""

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script: find the project

import httpx
from PIL import Image, ImageOps

from measure.serving import ROOT, App
from train.weights import read_weights

MOMENTS = 50
PICTURES = 8000  # like the datasets': most of the time is that of the table
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
SECONDS_TO_TIDY = 30  # for the process that deletes the app's folder, on a busy machine


class Lost(AssertionError):
    """Something was lost, doubled or left; the message says what."""


def killed(command: list[str], folder: Path, seconds: float, writes: Callable[[], bool] | None):
    """Start it there and kill it: after so long, or then at the first moment that `writes`."""
    process = subprocess.Popen(command, cwd=folder, **QUIET)
    end = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < end:
        time.sleep(0.002)
    while writes and process.poll() is None and not writes():
        pass  # a write takes less than any sleep
    process.kill()
    process.wait()


def again(command: list[str], folder: Path) -> float:
    """Run it to its end; how long it took.

    Raises:
        Lost: it does not get there.
    """
    began = time.monotonic()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Lost(done.stderr[-500:])
    return time.monotonic() - began


def training(moments: int, chance: random.Random) -> None:
    command = [sys.executable, str(ROOT / "train" / "mnist.py"), "--recipe", "mlp", "--dry-run"]
    command += ["--device", "cpu", "--batch-size", "100", "--output", "out/w.safetensors"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def drafts() -> bool:
            return any(folder.glob("runs/*/*.tmp")) or any(folder.glob("out/*.tmp"))

        whole = again(command, folder)
        expected, _ = read_weights(folder / "out" / "w.safetensors")
        for number in range(moments):
            for part in ("runs", "out"):
                shutil.rmtree(folder / part, ignore_errors=True)
            inside = number % 2
            moment = chance.random() * whole * (0.9 if inside else 1.0)
            killed(command, folder, moment, drafts if inside else None)
            again([*command, "--resume"], folder)
            found, _ = read_weights(folder / "out" / "w.safetensors")
            if any((found[key] != value).any() for key, value in expected.items()):
                raise Lost(f"killed after {moment:.2f} s, the weights are others")
            if left := [*folder.rglob("*.tmp")]:
                raise Lost(f"killed after {moment:.2f} s, {left} is left")


def scoring(moments: int, chance: random.Random) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in").mkdir()
        for number in range(PICTURES):
            picture = ImageOps.expand(Image.effect_noise((26, 26), 20 + number % 90), 1)
            picture.save(folder / "in" / f"{number:05}.png")
        out = folder / "out.csv"
        command = [sys.executable, "-m", "models", str(folder / "in"), "--csv", str(out)]
        command += ["--model", "fashion_mnist_mlp"]
        whole = again(command, ROOT)
        expected = out.read_bytes()
        for number in range(moments):
            out.unlink()
            size = 0

            def grows() -> bool:
                nonlocal size
                before, size = size, out.stat().st_size if out.exists() else 0
                return size > before

            inside = number % 2
            moment = chance.random() * whole * (0.7 if inside else 1.0)
            killed(command, ROOT, moment, grows if inside else None)
            again(command, ROOT)
            if out.read_bytes() != expected:
                raise Lost(f"killed after {moment:.2f} s, the table is another")
            if left := [
                path.name for path in folder.iterdir() if path.name not in ("in", out.name)
            ]:
                raise Lost(f"killed after {moment:.2f} s, {left} is left")


def serving(moments: int, chance: random.Random) -> None:
    app, picture = App(**QUIET), bytes(8 * 2**20)
    try:
        for number in range(moments):
            app.start()
            for _ in range(chance.randrange(4)):
                httpx.post(f"{app.address}/gradio_api/upload", files={"files": picture}, timeout=60)
            if number % 2:
                _kill_in_an_upload(app, picture)
            app.kill()
            end = time.monotonic() + SECONDS_TO_TIDY
            while (left := [*Path(app.temporary).iterdir()]) and time.monotonic() < end:
                time.sleep(0.02)
            if left:
                raise Lost(f"{left} is left of uploads")
    finally:
        if app.process:
            app.kill()
        shutil.rmtree(app.temporary, ignore_errors=True)


def _kill_in_an_upload(app: App, picture: bytes) -> None:
    """Until a new file is there, whole or not."""
    code = (
        "import httpx, sys; httpx.post(sys.argv[1], files={'files': bytes(int(sys.argv[2]))},"
        " timeout=60)"
    )
    address, size = f"{app.address}/gradio_api/upload", str(len(picture))
    before = set(Path(app.temporary).rglob("*"))
    sender = subprocess.Popen([sys.executable, "-c", code, address, size], **QUIET)
    while sender.poll() is None and set(Path(app.temporary).rglob("*")) <= before:
        pass
    app.kill()
    sender.wait()


KINDS = {"training": training, "scoring": scoring, "serving": serving}


def main(words: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Kill with -9 and look what is lost.")
    parser.add_argument("what", nargs="*", metavar="KIND", help=f"of {', '.join(KINDS)}")
    parser.add_argument("--moments", type=int, default=MOMENTS)
    parser.add_argument("--seed", type=int, default=28)
    args = parser.parse_args(words)
    for name in args.what or KINDS:
        began = time.monotonic()
        KINDS[name](args.moments, random.Random(args.seed))
        print(
            f"{name}: killed at {args.moments} moments, {args.moments // 2} of them inside a write;"
            f" nothing lost, doubled or left ({time.monotonic() - began:.0f} s)"
        )


if __name__ == "__main__":
    main()
