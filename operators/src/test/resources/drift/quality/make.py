"""Writes rows.csv and expected.json: scores and labels of a reference and of a current window, and
what scikit-learn says of them.

The reference's scores are too sure of themselves; in the current window, both their distribution
and what they mean have changed. Run with numpy 2.4 and scikit-learn 1.9; other versions may draw
other rows.
"""

import json
import pathlib

import numpy as np
from sklearn import metrics
from sklearn.isotonic import IsotonicRegression

HERE = pathlib.Path(__file__).parent
THRESHOLD = 0.5


def draw(random, rows, shift, slope):
    logit = random.normal(shift, 2.0, rows)
    score = np.round(1 / (1 + np.exp(-logit)), 6)
    truth = random.random(rows) < 1 / (1 + np.exp(-(slope * logit - 0.4)))
    return score, truth.astype(int)


def measures(tp, fp, tn, fn, auc):
    return {
        "accuracy": (tp + tn) / (tp + fp + tn + fn),
        "precision": tp / (tp + fp),
        "recall": tp / (tp + fn),
        "f1": 2 * tp / (2 * tp + fp + fn),
        "auc": auc,
    }


def estimated_auc(score, chance):
    """The area under the ROC curve of rows that are positive by chance, ties grouped."""
    order = np.argsort(-score, kind="stable")
    last = np.r_[np.diff(score[order]) != 0, True]
    true_positives = np.r_[0, np.cumsum(chance[order])[last]]
    false_positives = np.r_[0, np.cumsum(1 - chance[order])[last]]
    area = np.trapezoid(true_positives, false_positives)
    return area / (true_positives[-1] * false_positives[-1])


def expected_error(score, truth):
    tenth = np.minimum(np.floor(score * 1000), 999).astype(int) // 100
    off = sum(
        abs(score[tenth == t].sum() - truth[tenth == t].sum()) for t in range(10)
    )
    return off / len(score)


def main():
    random = np.random.default_rng(20260101)
    reference = draw(random, 4000, -1.0, 0.6)
    current = draw(random, 3000, -0.3, 0.45)

    isotonic = IsotonicRegression(out_of_bounds="clip").fit(*reference)
    score, truth = current
    chance = isotonic.predict(score)
    decided = score >= THRESHOLD
    tn, fp, fn, tp = metrics.confusion_matrix(truth, decided).ravel()
    top = np.argsort(-score, kind="stable")[:100]
    probe = np.round(np.linspace(0, 1, 41), 6)
    expected = {
        "calibrated": [[s, c] for s, c in zip(probe.tolist(), isotonic.predict(probe).tolist())],
        "confusion": {"tp": int(tp), "fp": int(fp), "tn": int(tn), "fn": int(fn)},
        "realised": measures(
            int(tp), int(fp), int(tn), int(fn), metrics.roc_auc_score(truth, score)
        ),
        "estimated": measures(
            float(chance[decided].sum()),
            float((1 - chance[decided]).sum()),
            float((1 - chance[~decided]).sum()),
            float(chance[~decided].sum()),
            float(estimated_auc(score, chance)),
        ),
        "averagePrecision": metrics.average_precision_score(truth, score),
        "logLoss": metrics.log_loss(truth, score),
        "brier": metrics.brier_score_loss(truth, score),
        "expectedError": float(expected_error(score, truth)),
        "precisionAt100": float(truth[top].mean()),
    }
    (HERE / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
    with (HERE / "rows.csv").open("w") as rows:
        rows.write("window,score,truth\n")
        for name, (scores, truths) in {"reference": reference, "current": current}.items():
            for s, t in zip(scores, truths):
                rows.write(f"{name},{s:.6f},{t}\n")


if __name__ == "__main__":
    main()
