"""Writes cases.json: pairs of samples, and what numpy and scipy say of how far apart they are.

Run with numpy 2.4 and scipy 1.17; other versions may draw other samples.
"""

import json
import math
import pathlib

import numpy as np
from scipy import special, stats
from scipy.spatial import distance

HERE = pathlib.Path(__file__).parent
LEAST_SHARE = 1e-4


def numeric(random):
    """Reference and current samples, rounded so that they are short to write."""
    normal = random.normal
    pairs = {
        "same": (normal(0, 1, 300), normal(0, 1, 300)),
        "shifted": (normal(0, 1, 300), normal(0.5, 1, 200)),
        "wider": (normal(10, 1, 300), normal(10, 2, 300)),
        "heavy_tails": (random.standard_t(1.5, 300), random.standard_t(1.5, 250) * 3),
        "skewed": (random.lognormal(0, 2, 300), random.lognormal(1, 2, 300)),
        "ties": (random.integers(0, 6, 300), random.integers(1, 7, 280)),
        "mostly_zero": (
            np.where(random.random(300) < 0.8, 0, random.exponential(1, 300)),
            np.where(random.random(300) < 0.4, 0, random.exponential(1, 300)),
        ),
        "on_the_edges": (np.arange(1.0, 12.0), np.arange(1.0, 12.0) + 1),
        "constant": (np.full(50, 3.5), np.full(40, 3.5)),
        "constant_then_not": (np.full(50, 3.5), normal(3.5, 1, 60)),
        "tiny": (np.array([1.0, 2.0]), np.array([1.5])),
        "one_each": (np.array([1.0]), np.array([2.0])),
        "apart": (normal(0, 1, 100), normal(100, 1, 100)),
        "minute": (normal(0, 1, 200) * 1e-5, normal(0.5, 1, 200) * 1e-5),
        "large": (normal(0, 1, 200) * 1e9, normal(0.5, 1, 200) * 1e9),
    }
    digits = {"minute": 9, "large": 0}
    return {
        name: tuple(np.round(sample, digits.get(name, 4)) for sample in pair)
        for name, pair in pairs.items()
    }


def categorical():
    """Counts of the categories of a reference and of a current sample."""
    zipf = [int(3_000 / rank**1.1) for rank in range(1, 40)]
    return {
        "same": ({"a": 400, "b": 300, "c": 300}, {"a": 400, "b": 300, "c": 300}),
        "shifted": ({"a": 400, "b": 300, "c": 300}, {"a": 250, "b": 300, "c": 350}),
        "new": ({"a": 500, "b": 500}, {"a": 480, "b": 470, "c": 50}),
        "gone": ({"a": 500, "b": 450, "c": 50}, {"a": 510, "b": 490}),
        "constant": ({"a": 100}, {"a": 80}),
        "apart": ({"a": 60, "b": 40}, {"c": 70, "d": 30}),
        "tiny": ({"a": 1}, {"b": 1}),
        "rare": ({"a": 99_990, "b": 10}, {"a": 49_900, "b": 100}),
        "many": (
            {f"k{i:02}": count for i, count in enumerate(zipf)},
            {f"k{i:02}": count for i, count in enumerate(reversed(zipf))},
        ),
        "empty_text": ({"": 30, "a": 70}, {"": 45, "a": 55}),
    }


def deciles(values):
    """Interior deciles by type 7, in whole numbers as far as they go, each once."""
    x = np.sort(values)
    edges = []
    for i in range(1, 10):
        k, tenths = divmod((len(x) - 1) * i, 10)
        edge = x[k]
        if tenths and x[k] != x[k + 1]:
            edge = x[k] + tenths / 10 * (x[k + 1] - x[k])
        edges.append(float(edge))
    assert np.allclose(edges, np.quantile(x, np.arange(1, 10) / 10), rtol=1e-12, atol=1e-15)
    return sorted(set(edges))


def of_shares(reference, current):
    n, m = sum(reference), sum(current)
    p, q = np.array(reference) / n, np.array(current) / m
    low_p, low_q = np.maximum(p, LEAST_SHARE), np.maximum(q, LEAST_SHARE)
    psi = float(np.sum((low_q - low_p) * np.log(low_q / low_p)))
    degrees = len(p) - 1
    return {
        "psi": psi,
        "psi_p": float(stats.chi2.sf(psi / (1 / n + 1 / m), degrees)) if degrees else 1.0,
        "jensen_shannon": float(distance.jensenshannon(p, q, base=2)),
        "hellinger": float(np.linalg.norm(np.sqrt(p) - np.sqrt(q)) / math.sqrt(2)),
        "total_variation": float(distance.cityblock(p, q) / 2),
        "largest_difference": float(distance.chebyshev(p, q)),
    }


def numbers(reference, current):
    n, m = len(reference), len(current)
    edges = deciles(reference)
    counts = [
        np.bincount(np.searchsorted(edges, sample, side="left"), minlength=len(edges) + 1).tolist()
        for sample in (reference, current)
    ]
    ks = float(stats.ks_2samp(reference, current, method="exact").statistic)
    return {
        "edges": edges,
        "ks": ks,
        "ks_p": float(special.kolmogorov(ks * math.sqrt(n * m / (n + m)))),
        "wasserstein": float(stats.wasserstein_distance(reference, current)),
        **of_shares(*counts),
    }


def categories(reference, current):
    labels = sorted(set(reference) | set(current))
    table = np.array([[side.get(label, 0) for label in labels] for side in (reference, current)])
    rows = int(table.sum())
    if len(labels) == 1:
        statistic, p = 0.0, 1.0
        cramers_v = 0.0
    else:
        statistic, p = stats.chi2_contingency(table, correction=False)[:2]
        k, r = len(labels), 2
        phi = max(0, statistic / rows - (k - 1) * (r - 1) / (rows - 1))
        k -= (k - 1) ** 2 / (rows - 1)
        r -= (r - 1) ** 2 / (rows - 1)
        smaller = min(k, r) - 1
        cramers_v = math.sqrt(phi / smaller) if smaller > 0 else 0.0
    return {
        **of_shares(*table.tolist()),
        "chi_squared": float(statistic),
        "chi_squared_p": float(p),
        "degrees": len(labels) - 1,
        "cramers_v": cramers_v,
    }


def main():
    random = np.random.default_rng(20260101)
    cases = {
        "numeric": [
            {
                "name": name,
                "reference": reference.tolist(),
                "current": current.tolist(),
                "expected": numbers(reference, current),
            }
            for name, (reference, current) in numeric(random).items()
        ],
        "categorical": [
            {
                "name": name,
                "reference": reference,
                "current": current,
                "expected": categories(reference, current),
            }
            for name, (reference, current) in categorical().items()
        ],
    }
    text = json.dumps(cases, separators=(",", ":"))
    (HERE / "cases.json").write_text(text.replace('{"name"', '\n{"name"') + "\n")


if __name__ == "__main__":
    main()
