"""Score a folder of pictures over a cluster, with Ray Data.

    pip install -r requirements-cluster.txt
    python serve/score_on_ray.py s3://pictures --model fashion_mnist --out s3://scores --workers 64

Without a cluster it runs on this machine's cores; on one, start it with `ray job submit`, or set
RAY_ADDRESS. The folders may be any that every machine reaches: a shared disk, s3://, gs://. The
rows are those of `python -m models FOLDER --csv FILE`, in no order, in many CSV files.

Ray Data rather than Spark: the network is opened once in every worker and kept (an actor), pictures
pass as bytes without leaving Python, and no Java is needed. A worker that dies is replaced and its
pictures are scored again.
"""

import argparse
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script: find the project

import numpy as np
import ray

from models import bulk
from models.classifier import KINDS, load
from models.specs import MODELS, spec

ROOT = Path(__file__).resolve().parents[1]
# Shares of a core. With a whole one each, the workers would leave none for reading: a deadlock.
SCORING = 0.75
BESIDE = {"num_cpus": 0.25}


class Scorer:
    """Keeps one network ready; called with many files at once."""

    def __init__(self, model: str, kind: str):
        self.classifier, self.kind = load(model), kind

    def __call__(self, files: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Columns "path" and "bytes" -> the columns bulk.HEAD."""
        pictures = zip(files["path"], files["bytes"], strict=True)
        rows = bulk.rows(self.classifier, pictures, self.kind)
        columns = zip(*rows, strict=True)
        return {
            name: np.array([str(value) for value in column], object)
            for name, column in zip(bulk.HEAD, columns, strict=True)
        }


def score(folder: str, out: str, model: str, kind: str, workers: int) -> None:
    """Score every file under the folder into CSV files under `out`.

    Args:
        folder, out: paths or addresses that all machines reach.
        model, kind: as for bulk.score().
        workers: networks that run at the same time, a core each.
    """
    files = ray.data.read_binary_files(folder, include_paths=True, ray_remote_args=BESIDE)
    rows = files.map_batches(
        Scorer,
        fn_constructor_args=(model, kind),
        batch_size=bulk.AT_ONCE,
        compute=ray.data.ActorPoolStrategy(size=workers),
        num_cpus=SCORING,
    )
    rows.write_csv(out, ray_remote_args=BESIDE)


def main(words: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Score a folder of pictures over a cluster.")
    parser.add_argument("folder")
    parser.add_argument("--out", required=True, help="folder of the CSV files")
    parser.add_argument("--model", choices=MODELS, default="fashion_mnist")
    parser.add_argument("--kind", choices=KINDS, help="default: sketch for digits, else photo")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    args = parser.parse_args(words)
    kind = args.kind or spec(args.model).kind
    # Every machine gets the code and the graphs; weights, tests and data stay here.
    environment = {"working_dir": str(ROOT), "excludes": ["/data", "/runs", "/.venv", "/.git"]}
    ray.init(runtime_env=environment, log_to_driver=False)
    score(args.folder, args.out, args.model, kind, args.workers)


if __name__ == "__main__":
    main()
