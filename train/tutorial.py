"""The tutorials' way of training, for both datasets and for the plain baselines."""

import torch

from train import calibrate, distributed, memory, snapshots
from train.curves import draw_curves
from train.loop import Run, evaluate, fit, predict
from train.pictures import data
from train.plan import Plan
from train.weights import build, provenance, read_weights, save_weights

# Epochs after which the weights are kept for the page, besides some of the first steps: with the
# shipped ones seven moments or eight a network, 1.0 MB in all.
KEPT = (2, 8, 20)


def train(plan: Plan, optimiser_of, drop_last: bool) -> None:
    """Train on the dataset's training pictures, score on its test pictures, save the weights.

    Args:
        optimiser_of: (parameters, lr=, fused=) -> optimiser, where fused makes one pass over the
            parameters instead of one for each operation.
        drop_last: whether a last batch that is not full is left out.
    """
    spec, device = plan.spec, plan.device
    if plan.hold_out and not plan.output.exists():
        raise SystemExit(f"{plan.output} is not there yet: train once without --hold-out first.")
    memory.keep_freed()
    with distributed.first_alone():
        images, labels = (part.to(device) for part in _pictures(plan, train=True))
    kept = len(images) - plan.hold_out
    if kept < 1:
        raise SystemExit(f"There are only {len(images)} pictures: please lower --hold-out.")
    net = build(spec, plan.seed, device, plan.start_from)
    batches = data.Batches(images[:kept], labels[:kept], plan.batch_size, plan.seed, drop_last)
    watching = None if plan.hold_out or spec.baseline else _watching(plan, net, batches)
    history = fit(
        net,
        batches,
        optimiser_of(net.parameters(), lr=plan.lr, fused=True),
        plan.epochs,
        Run(plan.run_folder, spec.name, plan.arguments()),
        seed=plan.seed,
        resume=plan.resume,
        bfloat16=plan.bfloat16,
        snapshots=watching,
    )
    if distributed.rank():
        return
    draw_curves(plan.run_folder / "curves.png", spec.name, history)
    if plan.hold_out:
        _calibrate(plan, net, images[kept:], labels[kept:])
    else:
        _finish(plan, net, history)
        if watching:
            facts = {"steps_per_epoch": len(batches), "batch_size": plan.batch_size}
            watching.save(plan.output, spec.name, **facts)


def _watching(plan: Plan, net, batches: data.Batches) -> snapshots.Snapshots:
    """The first of the training pictures, as many as there are test pictures, tell how well it does
    on what it has seen."""
    test = tuple(part.to(plan.device) for part in _pictures(plan, train=False))
    seen = snapshots.first((batches.images, batches.labels), len(test[0]))
    kept, measured = snapshots.moments(len(batches), plan.epochs, KEPT)
    return snapshots.Snapshots(net, evaluate, (seen, test), kept, measured)


def _pictures(plan: Plan, train: bool):
    if plan.dry_run:
        return data.made_up(10 * plan.batch_size if train else 200, seed=int(train))
    return data.load(plan.spec.dataset, plan.data_dir, train)


def _finish(plan: Plan, net, history) -> None:
    images, labels = (part.to(plan.device) for part in _pictures(plan, train=False))
    loss, accuracy = evaluate(net, images, labels)
    # The MNIST tutorial trains on 0..1 and scores on 0..255; both figures are kept.
    loss_255, accuracy_255 = evaluate(net, images, labels, scale=1.0)
    measured = {
        "products": "bfloat16" if plan.bfloat16 else "float32",
        "training_loss": history[-1]["loss"],
        "test_loss": loss,
        "test_accuracy": accuracy,
        "test_loss_0_255": loss_255,
        "test_accuracy_0_255": accuracy_255,
    }
    facts = provenance(plan, net, history, **measured)
    save_weights(plan.output, net, facts)
    print(
        f"{plan.spec.name}: test accuracy {accuracy:.2%}, loss {loss:.4f} "
        f"(pixels 0..255: {accuracy_255:.2%}, {loss_255:.4f}), "
        f"last epoch's mean training cost {history[-1]['loss']:.5f}, "
        f"{facts['seconds']:.0f} s on {plan.device.type}, torch {torch.__version__} "
        f"-> {plan.output}"
    )


def _calibrate(plan: Plan, net, images, labels) -> None:
    """Fit on the held-out pictures what the fully trained weights cannot be honest about."""
    logits, share = predict(net, images), calibrate.REJECTED[plan.spec.subject]
    fitted = {
        "temperature": round(calibrate.temperature(logits, labels), 4),
        "rejection_threshold": round(calibrate.threshold(logits, share), 4),
    }
    weights, metadata = read_weights(plan.output)
    full = build(plan.spec, plan.seed, plan.device)
    full.load_state_dict(weights)
    save_weights(plan.output, full, metadata | fitted | {"calibrated_on": plan.hold_out})
    print(f"{plan.spec.name}: fitted on {plan.hold_out} held-out pictures: {fitted}")
