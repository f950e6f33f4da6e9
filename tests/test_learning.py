"""Networks as they were while they learnt: what is shipped of them, and how training leaves it."""

import numpy as np
import pytest
import torch
from torch.func import functional_call

from models import json_files, learning
from models.classifier import load
from models.sessions import BrokenModel
from models.specs import FOLDER, MODELS
from train import fashion_mnist, few, mnist, snapshots
from train.networks import NETWORKS
from train.pictures import data
from train.weights import build, read_weights

NAMES = [name for name, spec in MODELS.items() if spec.recipe == "tutorial"]
RECIPES = {"mnist": mnist.TUTORIAL, "fashion_mnist": fashion_mnist.TUTORIAL}
CURVES = json_files.read(FOLDER / learning.CURVES)
CLOSE = 1e-4


def pictures(count: int) -> np.ndarray:
    return np.random.default_rng(28).random((count, 1, 28, 28), np.float32)


def kept(name: str, moment: int) -> dict[str, torch.Tensor]:
    """The weights of a moment as the file has them, in float32."""
    arrays, _ = read_weights(FOLDER / f"{name}{learning.WEIGHTS}")
    start = learning.array_name(moment, "")
    return {
        key.removeprefix(start): array.float()
        for key, array in arrays.items()
        if key.startswith(start)
    }


def test_moments_are_few_and_small():
    sizes = [(FOLDER / f"{name}{learning.WEIGHTS}").stat().st_size for name in NAMES]
    assert sum(sizes) <= 1_100_000
    for name in NAMES:
        moments = learning.load(name).moments
        assert moments[:4] == (0, 10, 60, 600)
        assert 5 < len(moments) <= 7


@pytest.mark.parametrize("name", NAMES)
def test_a_moment_runs_as_torch_runs_it(name):
    past, net = learning.load(name), NETWORKS[MODELS[name].network]().eval()
    batch = pictures(3)
    for moment in past.moments:
        weights = kept(name, moment)
        with torch.no_grad():
            expected = functional_call(net, weights, (torch.from_numpy(batch),))
        found = past.run(batch, moment, past.outputs)
        np.testing.assert_allclose(found["logits"], expected, atol=CLOSE, rtol=CLOSE)
        for picture in range(3):
            assert np.array_equal(found["kernels"][picture], weights["conv1.weight"])
            assert np.array_equal(found["biases"][picture], weights["conv1.bias"])


@pytest.mark.parametrize("name", NAMES)
def test_the_first_moment_is_what_the_seed_draws(name):
    spec = MODELS[name]
    net = build(spec, RECIPES[spec.dataset].seed, torch.device("cpu"))
    for key, value in net.named_parameters():
        assert torch.equal(value.detach().half().float(), kept(name, 0)[key]), key


@pytest.mark.parametrize("name", NAMES)
def test_the_shipped_network_is_where_the_curve_ends(name):
    _, facts = read_weights(MODELS[name].weights)
    course, recipe = CURVES[name], RECIPES[MODELS[name].dataset]
    steps, _, _, loss, accuracy = course["curve"][-1]
    assert steps == recipe.epochs * course["steps_per_epoch"] > max(learning.load(name).moments)
    assert course["batch_size"] == recipe.batch_size
    assert accuracy == pytest.approx(facts["test_accuracy"], abs=CLOSE)
    assert loss == pytest.approx(facts["test_loss"], abs=CLOSE)


@pytest.mark.parametrize("name", NAMES)
def test_kept_weights_are_as_good_as_the_curve_says(name, data_dir):
    images, labels = data.load(MODELS[name].dataset, data_dir, train=False)
    parts = np.array_split(images.numpy().astype(np.float32) / 255, 20)
    past = learning.load(name)
    points = {point[0]: point for point in CURVES[name]["curve"]}
    for moment in (past.moments[0], past.moments[-1]):
        logits = np.concatenate([past.run(x, moment, ["logits"])["logits"] for x in parts])
        right = (logits.argmax(1) == labels.numpy()).mean()
        assert right == pytest.approx(points[moment][4], abs=0.002), moment


@pytest.mark.parametrize("name", NAMES)
def test_the_graph_with_the_shipped_weights_is_the_shipped_network(name):
    past, batch = learning.load(name), pictures(2)
    weights, _ = read_weights(MODELS[name].weights)
    shipped = {key: array.numpy() for key, array in weights.items()}
    feed = {key: shipped[key] for key in past._parameters}
    (logits,) = past._session.run(["logits"], {"image": batch, **feed})
    np.testing.assert_allclose(logits, load(name).run(batch, ["logits"])["logits"], atol=CLOSE)


def test_few_pictures_are_learnt_by_heart_and_dropout_helps():
    scarce = CURVES["few"]
    assert scarce["pictures"] == few.PICTURES
    for word in ("with", "without"):
        assert scarce[word][-1][2] == 1
        losses = [point[3] for point in scarce[word]]
        assert losses[-1] > 1.5 * min(losses)
    assert scarce["with"][-1][4] > scarce["without"][-1][4]


def test_an_altered_file_is_refused(tmp_path):
    for file in FOLDER.iterdir():
        if file.name == "catalogue.json" or learning.ENDING in file.name:
            (tmp_path / file.name).write_bytes(file.read_bytes())
    learning.Learning("mnist_tutorial", tmp_path)
    path = tmp_path / f"mnist_tutorial{learning.WEIGHTS}"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(BrokenModel, match=path.name):
        learning.Learning("mnist_tutorial", tmp_path)


def test_a_dry_run_keeps_moments_and_measures_a_curve(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    mnist.main(["--dry-run", "--device", "cpu", "--batch-size", "20"])
    folder = tmp_path / "runs" / "mnist_tutorial-dry-run"
    arrays, facts = read_weights(folder / f"dry{learning.WEIGHTS}")
    assert facts["name"] == "mnist_tutorial"
    net = NETWORKS["MnistCNN"]()
    names = {learning.array_name(moment, key) for moment in (0, 10) for key in net.state_dict()}
    assert arrays.keys() == names
    assert {array.dtype for array in arrays.values()} == {torch.float16}
    curve = json_files.read(folder / learning.CURVES)["mnist_tutorial"]["curve"]
    assert [point[0] for point in curve] == [0, 3, 10, 20]
    assert curve[-1][1] < curve[0][1]


def test_moments_are_dense_at_first_and_the_last_is_not_kept():
    moments, measured = snapshots.moments(600, 15, (2, 8, 20))
    assert moments == [0, 10, 60, 600, 1200, 4800]
    assert measured[:5] == [0, 3, 10, 20, 30] and measured[-2:] == [8400, 9000]
    assert set(moments) <= set(measured)
    assert snapshots.moments(10, 2, (1, 2)) == ([0, 10], [0, 3, 10, 20])
