"""train/in_one_go.py: its steps are scripts of ours, and what is done is not done again."""

import pytest

from models import json_files
from train import in_one_go
from train.in_one_go import STEPS, Step

# A script of a step: notes its arguments, and stops where it is told to.
SCRIPT = """import sys
from pathlib import Path
notes = Path("notes")
notes.write_text((notes.read_text() if notes.exists() else "") + " ".join(sys.argv[1:]) + "\\n")
sys.exit(sys.argv[1] == "second" and "--resume" not in sys.argv)
"""


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """Three steps that take no time, in a folder of their own."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "note.py").write_text(SCRIPT)
    monkeypatch.setattr(in_one_go, "PROJECT", tmp_path)
    monkeypatch.setattr(in_one_go, "DONE", tmp_path / "runs" / "in_one_go.json")
    steps = (Step("note.py first"), Step("note.py second"), Step("note.py third", long=False))
    monkeypatch.setattr(in_one_go, "STEPS", steps)
    return tmp_path


def test_goes_on_with_the_step_that_was_stopped(elsewhere, capsys):
    with pytest.raises(SystemExit, match="--resume goes on from there"):
        in_one_go.main([])
    in_one_go.main(["--resume"])
    done = (elsewhere / "notes").read_text().splitlines()
    assert done == ["first", "second", "second --resume", "third"]
    kept = json_files.read(in_one_go.DONE)
    assert [*kept] == ["note.py first", "note.py second", "note.py third"]
    assert all(took["processor"] <= 2 * took["seconds"] + 1 for took in kept.values())
    assert "all of it" in capsys.readouterr().out


def test_without_resume_all_is_done_anew(elsewhere):
    with pytest.raises(SystemExit):
        in_one_go.main([])
    with pytest.raises(SystemExit):
        in_one_go.main([])
    assert (elsewhere / "notes").read_text().splitlines() == ["first", "second"] * 2


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.words.split()[0])
def test_each_step_is_a_script_of_ours(step):
    script, *_ = step.words.split()
    text = (in_one_go.PROJECT / script).read_text("utf-8")
    assert '"__main__"' in text
    trains = "resume" in text or script.endswith("fashion_mnist.py") or script.endswith("mnist.py")
    assert not step.long or trains
