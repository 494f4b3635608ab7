"""Trains the demo's models on the simulator's own transactions, and registers them in a directory.

    ./mvnw -q -pl jobs -am compile
    python3.11 -m venv /tmp/training
    /tmp/training/bin/pip install -r jobs/pipelines/training/requirements.txt
    /tmp/training/bin/python jobs/pipelines/training/train.py

Writes jobs/pipelines/models/{card-fraud,card-fraud-trees} and the expected numbers of the golden test
in tests/src/test/resources/golden. Run it from the root of the repository.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import json
import platform
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import features
import graphs
import numpy as np
import onnx
import onnxruntime
import sklearn
from features import DAY_MILLIS, LABEL_DELAY_MILLIS, Transactions
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.neural_network import MLPClassifier

# The demo's default seed is another: it shows transactions that the models have never seen.
SEED = 20_260_101
DAYS = 120
CUSTOMERS = 3_000

# The model is trained on the eve of day 91, with what was labelled by then, and tested on the rest.
TRAINED_ON_DAY = 91

TREES = 100
GENUINE_KEPT_ONE_IN = 10

GOLDEN_ROWS = 96

# Small enough to commit, long enough to fill the 30 days and the label delay.
FIXTURE = ("7", "50", "40", "60", "20", "0.25", "0.2")


def main() -> None:
    args = arguments()
    tx = simulate(args.classes, str(SEED), str(DAYS), str(CUSTOMERS))
    vectors = features.vectors(tx).astype(np.float32)
    day = (tx.time_millis - tx.time_millis[0] // DAY_MILLIS * DAY_MILLIS) // DAY_MILLIS
    known = day < TRAINED_ON_DAY - LABEL_DELAY_MILLIS // DAY_MILLIS
    test = day >= TRAINED_ON_DAY
    split = Split(tx, vectors, known, test)

    print(f"{len(tx.id)} transactions, {known.sum()} to train on, {test.sum()} to test on")
    champion = fit_mlp(vectors[known], tx.fraud[known])
    register(args.models, "card-fraud", champion, "standard scaler, MLP 15-32-16-1", split)
    trees = fit_trees(vectors[known], tx.fraud[known])
    register(args.models, "card-fraud-trees", trees, f"{TREES} gradient-boosted trees", split)
    write_fixture(args.golden, simulate(args.classes, *FIXTURE), champion)


@dataclass(frozen=True)
class Split:
    """What is trained on (known) and what is tested on, as masks over one history."""

    tx: Transactions
    vectors: np.ndarray
    known: np.ndarray
    test: np.ndarray


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--classes", type=Path, default=Path("jobs/target/classes"))
    parser.add_argument("--models", type=Path, default=Path("jobs/pipelines/models"))
    parser.add_argument("--golden", type=Path, default=Path("tests/src/test/resources/golden"))
    return parser.parse_args()


def simulate(classes: Path, *simulator_args: str) -> Transactions:
    csv = subprocess.run(
        ["java", "-cp", str(classes), "io.millrace.jobs.simulator.SimulatorCsv", *simulator_args],
        check=True,
        stdout=subprocess.PIPE,
    ).stdout
    numbers = np.loadtxt(io.BytesIO(csv), np.int64, delimiter=",", skiprows=1, usecols=range(6))
    scenario = np.loadtxt(io.BytesIO(csv), str, delimiter=",", skiprows=1, usecols=6)
    return Transactions(*numbers.T, scenario)


def fit_mlp(vectors: np.ndarray, fraud: np.ndarray) -> onnx.ModelProto:
    mean = vectors.mean(axis=0, dtype=np.float64)
    deviation = vectors.std(axis=0, dtype=np.float64)
    mlp = MLPClassifier(
        (32, 16),
        alpha=1e-4,
        batch_size=512,
        max_iter=30,
        early_stopping=True,
        n_iter_no_change=6,
        random_state=SEED,
    )
    mlp.fit((vectors - mean) / deviation, fraud)
    return graphs.of_mlp(mean, deviation, list(zip(mlp.coefs_, mlp.intercepts_, strict=True)))


def fit_trees(vectors: np.ndarray, fraud: np.ndarray) -> onnx.ModelProto:
    # Bins are quantiles: among all rows, the few amounts over the limit would share one bin.
    kept = (fraud == 1) | (np.arange(len(fraud)) % GENUINE_KEPT_ONE_IN == 0)
    weight = np.where(fraud == 1, 1.0, GENUINE_KEPT_ONE_IN)
    boosting = HistGradientBoostingClassifier(
        max_iter=TREES,
        max_depth=6,
        min_samples_leaf=50,
        l2_regularization=1.0,
        early_stopping=False,
        random_state=SEED,
    ).fit(vectors[kept], fraud[kept], sample_weight=weight[kept])
    # scikit-learn has no public view of its trees; requirements.txt pins the release that has this one.
    trees = [predictors[0].nodes for predictors in boosting._predictors]
    model = graphs.of_trees(vectors.shape[1], float(boosting._baseline_prediction.ravel()[0]), trees)
    ours = score(model.SerializeToString(), vectors[:10_000])
    theirs = boosting.predict_proba(vectors[:10_000])[:, 1]
    if np.abs(ours - theirs).max() > 1e-5:
        raise ValueError(
            f"the graph differs by {np.abs(ours - theirs).max()}; it must be within 1e-5 of the trees"
        )
    return model


def score(model: bytes, vectors: np.ndarray, batch: int = 65_536) -> np.ndarray:
    """What ONNX Runtime says with one thread, as a job runs it."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    return np.concatenate(
        [
            session.run(["score"], {"features": vectors[at : at + batch]})[0].ravel()
            for at in range(0, len(vectors), batch)
        ]
    )


def register(models: Path, name: str, model: onnx.ModelProto, architecture: str, split: Split) -> None:
    folder = models / name / "1"
    folder.mkdir(parents=True, exist_ok=True)
    artifact = model.SerializeToString(deterministic=True)
    golden = golden_csv(artifact, split)
    (folder / "model.onnx").write_bytes(artifact)
    (folder / "golden.csv").write_bytes(golden)
    (folder / "metadata.json").write_text(
        json.dumps(metadata(name, architecture, artifact, golden, split), indent=2) + "\n"
    )
    (models / name / "aliases.json").write_text(json.dumps({"champion": "1"}, indent=2) + "\n")


def metadata(name: str, architecture: str, artifact: bytes, golden: bytes, split: Split) -> dict:
    tx, known, test = split.tx, split.known, split.test
    scores = score(artifact, split.vectors[test])
    fraud = tx.fraud[test]
    compare_batches(name, artifact, split.vectors[test][:20_000])
    metrics = {
        "roc_auc": round(float(roc_auc_score(fraud, scores)), 6),
        "average_precision": round(float(average_precision_score(fraud, scores)), 6),
        "recall_at_threshold_0.5": round(float((scores[fraud == 1] >= 0.5).mean()), 6),
        "precision_at_threshold_0.5": round(float((fraud[scores >= 0.5]).mean()), 6),
    }
    for scenario in sorted(set(tx.scenario[tx.fraud == 1])):
        found = scores[tx.scenario[test] == scenario] >= 0.5
        metrics[f"recall_at_threshold_0.5.{scenario.lower()}"] = round(float(found.mean()), 6)
    print(name, json.dumps(metrics, indent=2))
    return {
        "name": name,
        "version": "1",
        "digest": digest(artifact),
        "bytes": len(artifact),
        "created": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "architecture": architecture,
        "inputs": [
            {
                "name": "features",
                "type": "float32",
                "shape": [-1, len(features.NAMES)],
                "features": list(features.NAMES),
            }
        ],
        "output": {"name": "score", "type": "float32", "shape": [-1, 1], "meaning": "probability of fraud"},
        "golden": {"digest": digest(golden), "bytes": len(golden), "rows": GOLDEN_ROWS},
        "metrics": metrics,
        "opset": {"ai.onnx": graphs.OPSET, "ai.onnx.ml": graphs.ML_OPSET},
        "libraries": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "onnx": onnx.__version__,
            "onnxruntime": onnxruntime.__version__,
            "scikit-learn": sklearn.__version__,
        },
        "training": {
            "data": "io.millrace.jobs.simulator.SimulatorCsv",
            "seed": SEED,
            "days": DAYS,
            "customers": CUSTOMERS,
            "label_delay_days": LABEL_DELAY_MILLIS // DAY_MILLIS,
            **{part: window(tx, rows) for part, rows in (("train", known), ("test", test))},
        },
        "reference": [
            {"feature": feature, "mean": float(column.mean()), "std": float(column.std())}
            for feature, column in zip(features.NAMES, split.vectors[known].astype(float).T, strict=True)
        ],
    }


def window(tx: Transactions, rows: np.ndarray) -> dict:
    return {
        "from": iso(tx.time_millis[rows][0]),
        "to": iso(tx.time_millis[rows][-1]),
        "rows": int(rows.sum()),
        "frauds": int(tx.fraud[rows].sum()),
    }


def compare_batches(name: str, artifact: bytes, vectors: np.ndarray) -> None:
    """Prints how far a row's score depends on the rows beside it."""
    alone = score(artifact, vectors, 1)
    for batch in (16, 64, 256):
        together = score(artifact, vectors, batch)
        print(
            f"{name}: batch {batch} differs from 1 in {(alone != together).sum()} of {len(alone)} rows, "
            f"by at most {np.abs(alone - together).max():.3g}"
        )


def golden_csv(artifact: bytes, split: Split) -> bytes:
    """A third frauds, two thirds genuine; each row is scored alone."""
    chance = np.random.default_rng(SEED)
    fraud = chance.choice(np.flatnonzero(split.test & (split.tx.fraud == 1)), GOLDEN_ROWS // 3, replace=False)
    genuine = chance.choice(
        np.flatnonzero(split.test & (split.tx.fraud == 0)), GOLDEN_ROWS - len(fraud), replace=False
    )
    rows = split.vectors[np.sort(np.concatenate([fraud, genuine]))]
    lines = [",".join((*features.NAMES, "score"))]
    for row, expected in zip(rows, score(artifact, rows, 1), strict=True):
        lines.append(",".join(str(number) for number in (*row, expected)))
    return ("\n".join(lines) + "\n").encode()


def write_fixture(folder: Path, tx: Transactions, champion: onnx.ModelProto) -> None:
    """A small history, its labels, and what the stream job must make of them."""
    folder.mkdir(parents=True, exist_ok=True)
    vectors = features.vectors(tx)
    scores = score(champion.SerializeToString(deterministic=True), vectors.astype(np.float32), 1)
    write_gz(
        folder / "transactions.csv.gz",
        "transaction_id,tx_time,customer_id,terminal_id,amount",
        (
            f"{i},{iso(t)},{c},{m},{cents // 100}.{cents % 100:02d}"
            for i, t, c, m, cents in zip(
                tx.id, tx.time_millis, tx.customer, tx.terminal, tx.cents, strict=True
            )
        ),
    )
    due = tx.time_millis + LABEL_DELAY_MILLIS <= tx.time_millis[-1]
    write_gz(
        folder / "labels.csv.gz",
        "transaction_id,label_time,customer_id,terminal_id,fraud",
        (
            f"{i},{iso(t + LABEL_DELAY_MILLIS)},{c},{m},{'true' if fraud else 'false'}"
            for i, t, c, m, fraud in zip(
                tx.id[due],
                tx.time_millis[due],
                tx.customer[due],
                tx.terminal[due],
                tx.fraud[due],
                strict=True,
            )
        ),
    )
    write_gz(
        folder / "expected.csv.gz",
        ",".join(("transaction_id", *features.NAMES, "score")),
        (
            ",".join((str(i), *(repr(float(number)) for number in row), str(expected)))
            for i, row, expected in zip(tx.id, vectors, scores, strict=True)
        ),
    )
    print(f"golden: {len(tx.id)} transactions, {due.sum()} labels, {tx.fraud.sum()} frauds")


def write_gz(path: Path, header: str, lines) -> None:
    text = "\n".join((header, *lines)) + "\n"
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def iso(millis: int) -> str:
    return datetime.fromtimestamp(int(millis) // 1_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def digest(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    main()
