"""What training cannot go on with is one sentence, before the first step."""

import shutil
from pathlib import Path

import pytest
import torch

from models.whole import replacing
from train import fashion_mnist, loop, mnist
from train.pictures import data
from train.pictures.data import CHECKSUMS

DRY = ["--dry-run", "--device", "cpu", "--batch-size", "20"]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """Runs leave their folders in the temporary folder; no step may be taken."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def no_step(monkeypatch):
    monkeypatch.setattr(loop, "_one_epoch", lambda *_: pytest.fail("it went on to train"))


def sentence(capsys, script, *words: str) -> str:
    """The one that it stops with."""
    with pytest.raises(SystemExit) as stop:
        script.main(list(words))
    told = capsys.readouterr().err.splitlines()[-1] if stop.value.code == 2 else str(stop.value)
    assert "\n" not in told
    return told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--epochs", "-1"], "-1 is not a whole number from 0 on"),
        (["--epochs", "0"], "--epochs 0 belongs to"),
        (["--epochs", "two"], "two is not a whole number"),
        (["--lr", "nan"], "nan is not a number from 0 on"),
        (["--lr", "inf"], "inf is not a number"),
        (["--lr", "-0.1"], "-0.1 is not a number"),
        (["--batch-size", "0"], "0 is not a whole number from 1 on"),
        (["--seed", "-1"], "-1 is not a whole number"),
        (["--seed", str(2**70)], "is not a whole number"),
        (["--smoothing", "2"], "2 is not a number from 0 to 1"),
        (["--hold-out", "-5"], "-5 is not a whole number"),
        (["--hold-out", "9"], "train once without --hold-out first"),
        (["--hold-out", "1000000", "--output", "file"], "There are only 200 pictures"),
        (["--recipe", "none"], "invalid choice"),
        (["--start-from", "none.safetensors"], "none.safetensors holds no weights of"),
        (["--output", "."], ". is a folder"),
        (["--output", "file/w.safetensors"], "cannot be written"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "",
)
def test_arguments_that_cannot_be_meant(words, told, capsys, no_step):
    Path("file").write_text("in the way")
    assert told in sentence(capsys, mnist, *DRY, *words)


def test_fewer_pictures_than_a_batch_holds(tmp_path):
    batches = data.Batches(*data.made_up(5), size=10, seed=0, drop_last=True)
    with pytest.raises(SystemExit, match="please lower --batch-size"):
        loop.fit(torch.nn.Sequential(), batches, None, 1, loop.Run(tmp_path, ""))


def test_a_run_folder_that_cannot_be_made(capsys, no_step):
    Path("runs").write_text("in the way")
    assert "runs/" in (told := sentence(capsys, fashion_mnist, *DRY))
    assert "cannot be written" in told


def test_a_checkpoint_that_is_damaged_or_of_other_arguments(capsys, no_step):
    checkpoint = Path("runs/mnist_tutorial-dry-run/checkpoint.pt")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loop, "_one_epoch", lambda *_: (1.0, 0.5))
        mnist.main(DRY)
    whole = checkpoint.read_bytes()
    told = sentence(capsys, mnist, *DRY, "--resume", "--lr", "0.5")
    assert "is of a run with lr 0.001: please resume with the same arguments" in told
    for damaged in (whole[:100], whole[: len(whole) // 2], b"", b"text"):
        checkpoint.write_bytes(damaged)
        told = sentence(capsys, mnist, *DRY, "--resume")
        assert told.startswith("runs/mnist_tutorial-dry-run/checkpoint.pt is damaged"), told
    state = torch.load(Path("whole.pt"), weights_only=True) if _write(whole) else {}
    del state["net"]["fc.bias"]
    torch.save(state, checkpoint)
    assert "is damaged, or of another run" in sentence(capsys, mnist, *DRY, "--resume")


def _write(content: bytes) -> int:
    return Path("whole.pt").write_bytes(content)


@pytest.mark.parametrize("damage", ["cut", "flipped", "other", "swapped"])
def test_a_dataset_that_is_not_the_published_one(damage, data_dir, tmp_path, capsys, no_step):
    raw = tmp_path / "data" / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    names = [Path(name).name for name in CHECKSUMS if name.startswith("FashionMNIST")]
    for name in names:
        (raw / name).symlink_to(data_dir / "FashionMNIST" / "raw" / name)
    first = raw / names[0]
    content = bytearray(first.read_bytes())
    first.unlink()
    if damage == "cut":
        first.write_bytes(content[:-5])
    elif damage == "flipped":
        content[10_000] ^= 1
        first.write_bytes(content)
    elif damage == "other":
        shutil.copy(data_dir / "MNIST" / "raw" / names[0], first)
    else:
        first.symlink_to(raw / names[2])
    told = sentence(capsys, fashion_mnist, "--device", "cpu", "--data-dir", str(tmp_path / "data"))
    assert told.startswith(f"{first} is damaged or another file")


def test_the_datasets_at_hand_are_the_published_ones(data_dir):
    for name in CHECKSUMS:
        data.check(data_dir, name)


@pytest.mark.skipif(torch.backends.mps.is_available(), reason="there is an Apple GPU")
def test_a_gpu_that_is_not_there(capsys):
    assert "No Apple GPU" in sentence(capsys, mnist, *DRY, "--device", "mps")


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path):
    path = tmp_path / "new" / "file"
    for fails in (False, True):
        try:
            with replacing(path) as temporary:
                temporary.write_text("new" if fails else "old")
                if fails:
                    raise OSError(28, "No space left on device")
        except OSError as error:
            assert str(error) == f"[Errno 28] {path} cannot be written: No space left on device"
        assert path.read_text() == "old"
        assert list(path.parent.iterdir()) == [path]
