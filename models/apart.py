"""Classifies pictures from strangers in a process of its own, which may be lost.

A decoder may crash on a crafted file, take minutes or eat all memory. Then only this process dies:
the visitor reads one sentence, and the next picture gets a new process. It also leaves the server's
own process free for those who draw.

    apart = Apart()
    result = apart.predict(content, "fashion_mnist", "photo", cut=True)

Apart starts `python -m models.apart` and speaks with it through its pipes (models/pipe.py).
"""

import contextlib
import os
import shutil
import subprocess
import sys
import threading
import time
import traceback
from pathlib import Path

import numpy as np

from models import auto, pipe
from models.decode import from_base64
from models.refusals import BadPicture
from models.result import Result
from models.specs import FOLDER

SECONDS = 10.0  # for one picture; the slowest honest one, 60 megapixels, takes about two
SECONDS_TO_START = 60.0
MOST_MEMORY = 2 * 2**30  # bytes; 60 megapixels with transparency take 0.7 GB


class Apart:
    """A process that classifies one picture at a time; begun anew whenever it is lost.

    folder: of this process's temporary files; the other deletes it when this one is killed.
    seconds: how long one picture may take.
    """

    def __init__(self, folder: Path | None = None, seconds: float = SECONDS):
        self.folder = folder
        self.seconds = seconds
        self._wanted = False  # until it is stopped
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def predict(
        self, content: pipe.Buffer, model: str, kind: str, base64: bool = False, **options
    ) -> Result:
        """Classifier.predict() for the bytes of a file; waits for pictures that came before.

        Args:
            base64: the content is that in base64, still to be decoded: also a cost, and not ours.

        Raises:
            BadPicture: the picture cannot be used, took too long or cost the process its life.
            RuntimeError: a fault of ours; the message says where, and nothing of the picture.
        """
        asked = {"model": model, "kind": kind, "base64": base64, "options": options}
        self._wanted = True
        try:
            with self._lock:
                head, body = self._twice(asked, content)
        finally:
            if self._process is None:  # whoever comes next shall not wait for it
                threading.Thread(target=self._renew, daemon=True).start()
        if "refusal" in head:
            raise BadPicture(head["refusal"], **head["values"])
        if "fault" in head:
            raise RuntimeError(head["fault"])
        return pipe.unpacked(head, body)

    def start(self) -> None:
        """Start the process now rather than with the first picture."""
        self._wanted = True
        with self._lock:
            self._start()

    def stop(self) -> None:
        """End the process, whatever it is at."""
        self._wanted = False
        if process := self._process:
            process.kill()
        with self._lock:
            self._lose()

    def _renew(self) -> None:
        with self._lock, contextlib.suppress(BadPicture, OSError):
            if self._wanted:
                self._start()

    def _twice(self, asked: dict, content: pipe.Buffer) -> tuple[dict, bytes]:
        try:
            return self._asked(asked, content)
        except BadPicture as error:
            # Somebody else may have killed it. If the picture has, it will again.
            if error.key != "lost" or not self._wanted:
                raise
            return self._asked(asked, content)

    def _asked(self, asked: dict, content: pipe.Buffer) -> tuple[dict, bytes]:
        self._start()
        return self._exchange(asked, content, self.seconds)

    def _start(self) -> None:
        if self._process and self._process.poll() is None:
            return
        self._lose()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "models.apart", *([str(self.folder)] if self.folder else [])],
            cwd=FOLDER.parent,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # decoders complain there about what visitors sent
            start_new_session=True,  # Ctrl+C is for the server alone
        )
        self._exchange({}, b"", SECONDS_TO_START)

    def _exchange(self, head: dict, body: pipe.Buffer, seconds: float) -> tuple[dict, bytes]:
        process, late = self._process, threading.Event()
        assert process and process.stdin and process.stdout  # _start() has seen to it

        def give_up() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(seconds, give_up)
        timer.start()
        try:
            pipe.write(process.stdin, head, body)
            return pipe.read(process.stdout)
        except (OSError, EOFError) as error:
            self._lose()  # its pipe closes a moment before it counts as dead
            raise BadPicture("slow" if late.is_set() else "lost") from error
        finally:
            timer.cancel()
            if late.is_set() or process.poll() is not None:
                self._lose()

    def _lose(self) -> None:
        process, self._process = self._process, None
        if process:
            process.kill()
            process.wait()
            for pipe in filter(None, (process.stdout, process.stdin)):
                with contextlib.suppress(OSError):  # what was not sent yet is nobody's any more
                    pipe.close()


def main() -> None:
    """The other side: answer until the pipe closes."""
    _open_graphs()
    _be_modest()
    questions = sys.stdin.buffer
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever libraries print is no answer
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            head, content = pipe.read(questions)
            _limit_time()
            pipe.write(answers, *_answer(head, content))
    for folder in sys.argv[1:]:  # the other side is gone, and may have been killed
        shutil.rmtree(folder, ignore_errors=True)


def _open_graphs() -> None:
    """The first picture shall not wait for them, nor count as slow."""
    with contextlib.suppress(Exception):  # a broken model is told whoever asks for it
        for network in auto.NETWORKS.values():
            auto.load(network).predict(np.zeros((32, 32), np.uint8), "photo")


def _be_modest() -> None:
    """One core at most, after everyone else, and not all of the memory."""
    if hasattr(os, "nice"):
        os.nice(10)
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # no visitor's picture in a core dump


def _limit_time() -> None:
    """For one picture, even where nobody is left who would stop this process."""
    try:
        import resource
    except ImportError:  # Windows
        return
    used = time.process_time()
    resource.setrlimit(resource.RLIMIT_CPU, (int(used + SECONDS) + 2, resource.RLIM_INFINITY))


def _answer(head: dict, content: bytes) -> tuple[dict, bytes]:
    if not head:  # only asked whether it is there
        return {}, b""
    try:
        content = from_base64(content) if head["base64"] else content
        result = auto.load(head["model"]).predict(content, head["kind"], **head["options"])
        return pipe.packed(result)
    except BadPicture as error:
        return {"refusal": error.key, "values": error.values}, b""
    except MemoryError:
        return {"refusal": "lost", "values": {}}, b""
    except Exception as error:
        return {"fault": fault(error)}, b""


def fault(error: Exception) -> str:
    """What went wrong and where, for the log: nothing of what the visitor sent."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {last.filename}:{last.lineno}"


if __name__ == "__main__":
    main()
