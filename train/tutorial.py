"""The tutorials' way of training, for both datasets and for the plain baselines."""

import torch

from train import calibrate, distributed
from train.command import build, draw_curves, provenance, read_weights, save_weights
from train.loop import Run, evaluate, fit, predict
from train.pictures import data


def train(args, optimiser_of, drop_last: bool) -> None:
    """Train on the dataset's training pictures, score on its test pictures, save the weights.

    Args:
        args: from command.arguments().
        optimiser_of: (parameters, lr=, fused=) -> optimiser, where fused makes one pass over the
            parameters instead of one for each operation.
        drop_last: whether a last batch that is not full is left out.
    """
    spec, device = args.spec, args.device
    with distributed.first_alone():
        images, labels = (part.to(device) for part in _pictures(args, train=True))
    kept = len(images) - args.hold_out
    net = build(spec, args.seed, device, args.start_from)
    history = fit(
        net,
        data.Batches(images[:kept], labels[:kept], args.batch_size, args.seed, drop_last),
        optimiser_of(net.parameters(), lr=args.lr, fused=True),
        args.epochs,
        Run(args.run_folder, spec.name),
        seed=args.seed,
        resume=args.resume,
        bfloat16=args.bfloat16,
    )
    if distributed.rank():
        return
    draw_curves(args.run_folder / "curves.png", spec.name, history)
    if args.hold_out:
        _calibrate(args, net, images[kept:], labels[kept:])
    else:
        _finish(args, net, history)


def _pictures(args, train: bool):
    if args.dry_run:
        return data.made_up(10 * args.batch_size if train else 200, seed=int(train))
    return data.load(args.spec.dataset, args.data_dir, train)


def _finish(args, net, history) -> None:
    images, labels = (part.to(args.device) for part in _pictures(args, train=False))
    loss, accuracy = evaluate(net, images, labels)
    # The MNIST tutorial trains on 0..1 and scores on 0..255; both figures are kept.
    loss_255, accuracy_255 = evaluate(net, images, labels, scale=1.0)
    measured = {
        "products": "bfloat16" if args.bfloat16 else "float32",
        "training_loss": history[-1]["loss"],
        "test_loss": loss,
        "test_accuracy": accuracy,
        "test_loss_0_255": loss_255,
        "test_accuracy_0_255": accuracy_255,
    }
    facts = provenance(args, net, history, **measured)
    save_weights(args.output, net, facts)
    print(
        f"{args.spec.name}: test accuracy {accuracy:.2%}, loss {loss:.4f} "
        f"(pixels 0..255: {accuracy_255:.2%}, {loss_255:.4f}), "
        f"last epoch's mean training cost {history[-1]['loss']:.5f}, "
        f"{facts['seconds']:.0f} s on {args.device.type}, torch {torch.__version__} "
        f"-> {args.output}"
    )


def _calibrate(args, net, images, labels) -> None:
    """Fit on the held-out pictures what the fully trained weights cannot be honest about."""
    logits, share = predict(net, images), calibrate.REJECTED[args.spec.subject]
    fitted = {
        "temperature": round(calibrate.temperature(logits, labels), 4),
        "rejection_threshold": round(calibrate.threshold(logits, share), 4),
    }
    if not args.output.exists():
        raise SystemExit(f"{args.output} is not there yet: train once without --hold-out first.")
    weights, metadata = read_weights(args.output)
    full = build(args.spec, args.seed, args.device)
    full.load_state_dict(weights)
    save_weights(args.output, full, metadata | fitted | {"calibrated_on": args.hold_out})
    print(f"{args.spec.name}: fitted on {args.hold_out} held-out pictures: {fitted}")
