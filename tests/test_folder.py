"""The folder for uploads is gone when its process is, however that ended."""

import os
import signal
import subprocess
import sys
import tempfile

import pytest

from measure.serving import ROOT
from serve import folder

HOLDING = "import time; from serve import folder; print(folder.make(), flush=True); time.sleep(600)"


@pytest.fixture
def parent(monkeypatch, tmp_path):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    return tmp_path


def holding(parent) -> subprocess.Popen:
    environment = os.environ | {"GRADIO_TEMP_DIR": str(parent)}
    command = [sys.executable, "-c", HOLDING]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    process.folder = process.stdout.readline().strip()
    return process


def test_what_a_killed_process_left_is_deleted_by_the_next(parent):
    living, killed = holding(parent), holding(parent)
    (parent / killed.folder / "picture").write_bytes(b"x")
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert {str(path) for path in parent.iterdir()} == {living.folder, killed.folder}
    own = folder.make()
    assert {str(path) for path in parent.iterdir()} == {living.folder, str(own)}
    living.kill()
    living.wait()


def test_swept_away_before_it_is_held_it_is_made_again(parent, monkeypatch):
    """Another process that starts at the same moment sees a folder that nobody holds yet."""
    made = []

    def make(*words):
        made.append(mkdtemp(*words))
        if len(made) == 1:
            folder.sweep(parent)
        return made[-1]

    mkdtemp = tempfile.mkdtemp
    monkeypatch.setattr(tempfile, "mkdtemp", make)
    assert str(folder.make()) == made[1]


def test_it_goes_with_a_process_that_ends(parent):
    code = "from serve import folder; folder.make()"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True,
                   env=os.environ | {"GRADIO_TEMP_DIR": str(parent)})  # fmt: skip
    assert not list(parent.iterdir())


def test_a_missing_parent_is_made(parent, monkeypatch):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(parent / "a" / "b"))
    assert folder.make().parent == parent / "a" / "b"


def test_no_parent_is_one_sentence(parent, monkeypatch):
    (parent / "file").touch()
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(parent / "file"))
    with pytest.raises(SystemExit, match=r"No temporary files can be written in .*file: "):
        folder.make()


def test_folders_of_others_are_left_alone(parent):
    for name in ("sketch-other", "other"):
        (parent / name).mkdir()
    (parent / "sketch28-file").touch()
    folder.sweep(parent)
    assert len(list(parent.iterdir())) == 3
