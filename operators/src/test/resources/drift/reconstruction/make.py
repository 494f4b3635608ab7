"""Writes cases.json: rows of references and windows, and how far scikit-learn's PCA says that they are from them.

Run with numpy 2.4 and scikit-learn 1.9; other versions may draw other rows.
"""

import json
import pathlib

import numpy as np
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

HERE = pathlib.Path(__file__).parent
EXPLAINED = 0.65


def dependent(random, rows):
    """Five features of two causes, a constant and a code; some values are missing."""
    cause, other = random.normal(0, 1, (2, rows))
    features = np.column_stack([
        3 * cause + random.normal(0, 0.3, rows),
        100 - 20 * cause + random.normal(0, 2, rows),
        other + random.normal(0, 0.2, rows),
        np.exp(other / 2) + random.normal(0, 0.1, rows),
        cause * 0.5 + other * 0.5 + random.normal(0, 0.2, rows),
        np.full(rows, 7.0),
        np.where(cause > 0, 1, np.where(other > 0, 2, 3)),
    ])
    features[:, :5] = np.round(features[:, :5], 4)
    features[random.random((rows, 7)) < 0.02] = np.nan
    features[:, 5] = 7.0
    return features


def independent(random, rows):
    """The same features one by one, of different rows."""
    features = dependent(random, rows)
    for column in range(features.shape[1]):
        features[:, column] = random.permutation(features[:, column])
    return features


class Encoder:
    """Means for missing numbers, shares for categories, the most frequent one where it is missing."""

    def __init__(self, reference, categorical):
        self.categorical = categorical
        self.means = np.nanmean(reference, axis=0)
        self.shares = {}
        for column in categorical:
            values, counts = np.unique(reference[~np.isnan(reference[:, column]), column], return_counts=True)
            self.shares[column] = dict(zip(values.tolist(), (counts / counts.sum()).tolist()))

    def __call__(self, rows):
        encoded = np.where(np.isnan(rows), self.means, rows)
        for column in self.categorical:
            shares = self.shares[column]
            encoded[:, column] = [
                max(shares.values()) if np.isnan(value) else shares.get(value, 0) for value in rows[:, column]
            ]
        return encoded


def case(name, reference, windows, categorical):
    encoder = Encoder(reference, categorical)
    scaler = StandardScaler().fit(encoder(reference))
    pca = PCA(n_components=EXPLAINED, svd_solver="full").fit(scaler.transform(encoder(reference)))

    def errors(rows):
        standardised = scaler.transform(encoder(rows))
        rest = standardised - pca.inverse_transform(pca.transform(standardised))
        return np.linalg.norm(rest, axis=1)

    def numbers(rows):
        return [[None if np.isnan(value) else value for value in row] for row in rows.tolist()]

    return {
        "name": name,
        "categorical": categorical,
        "components": int(pca.n_components_),
        "reference": numbers(reference),
        "reference_errors": errors(reference).tolist(),
        "windows": [
            {"name": window, "rows": numbers(rows), "errors": errors(rows).tolist()} for window, rows in windows.items()
        ],
    }


def main():
    random = np.random.default_rng(11)
    reference = dependent(random, 250)
    unlike = dependent(random, 40)
    unlike[:, 6] = np.arange(40) % 7
    unlike[:, 5] = 9.0
    plain = random.normal(0, 1, (200, 3)) @ np.array([[1.0, 0.9, 0], [0, 0.3, 0], [0, 0, 2]])
    cases = [
        case(
            "dependent",
            reference,
            {"same": dependent(random, 60), "independent": independent(random, 60), "unlike": unlike},
            [6],
        ),
        case("three numbers", np.round(plain, 6), {"far": np.round(plain[:20] * 50, 6)}, []),
    ]
    (HERE / "cases.json").write_text(json.dumps({"cases": cases}, indent=None, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
