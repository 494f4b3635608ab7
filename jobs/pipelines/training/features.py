"""The 15 features of the card-fraud view, computed over a whole history at once.

A second implementation of what the stream job computes row by row, for training and for the expected
numbers of the golden test. A window of w at t is (t - w, t]; a label becomes known 7 days after its
transaction; money is summed in whole cents.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

DAY_MILLIS = 86_400_000
LABEL_DELAY_MILLIS = 7 * DAY_MILLIS
WINDOW_DAYS = (1, 7, 30)

NAMES = (
    "TX_AMOUNT",
    "TX_DURING_WEEKEND",
    "TX_DURING_NIGHT",
    *(
        name
        for days in WINDOW_DAYS
        for name in (
            f"CUSTOMER_ID_NB_TX_{days}DAY_WINDOW",
            f"CUSTOMER_ID_AVG_AMOUNT_{days}DAY_WINDOW",
        )
    ),
    *(
        name
        for days in WINDOW_DAYS
        for name in (
            f"TERMINAL_ID_NB_TX_{days}DAY_WINDOW",
            f"TERMINAL_ID_RISK_{days}DAY_WINDOW",
        )
    ),
)


@dataclass(frozen=True)
class Transactions:
    """A history in event-time order, one array per column."""

    id: np.ndarray
    time_millis: np.ndarray
    customer: np.ndarray
    terminal: np.ndarray
    cents: np.ndarray
    fraud: np.ndarray
    scenario: np.ndarray


def vectors(tx: Transactions) -> np.ndarray:
    """One float64 row of features per transaction, in the order of NAMES."""
    second = tx.time_millis // 1_000
    weekday = (second // 86_400 + 3) % 7  # 1970-01-01 was a Thursday; Monday is 0
    columns = [
        tx.cents / 100.0,
        (weekday >= 5).astype(float),
        (second // 3_600 % 24 <= 6).astype(float),
    ]
    for days in WINDOW_DAYS:
        count, cents = _customer_window(tx, days * DAY_MILLIS)
        columns += [count.astype(float), (cents / 100.0) / count]
    for days in WINDOW_DAYS:
        count, frauds = _terminal_labels(tx, days * DAY_MILLIS)
        columns += [count.astype(float), np.where(count > 0, frauds / np.maximum(count, 1), 0.0)]
    return np.column_stack(columns)


def _keys(entity: np.ndarray, time_millis: np.ndarray, origin: int) -> np.ndarray:
    """One number per row that sorts by entity, then time; entities lie further apart than windows."""
    return entity * (1 << 40) + (time_millis - origin)


def _origin(tx: Transactions) -> int:
    span = int(tx.time_millis[-1] - tx.time_millis[0])
    margin = (max(WINDOW_DAYS) + 8) * DAY_MILLIS
    if span + 2 * margin >= 1 << 40:
        raise ValueError(f"the history spans {span} ms; it must span less than 34 years")
    return int(tx.time_millis[0]) - margin


def _customer_window(tx: Transactions, window_millis: int) -> tuple[np.ndarray, np.ndarray]:
    """Count and cents of the customer's transactions up to and including each one."""
    key = _keys(tx.customer, tx.time_millis, _origin(tx))
    order = np.lexsort((tx.id, key))
    key = key[order]
    total = np.concatenate(([0], np.cumsum(tx.cents[order])))
    first = np.searchsorted(key, key - window_millis, side="right")
    after = np.arange(1, len(key) + 1)
    count = np.empty(len(key), np.int64)
    cents = np.empty(len(key), np.int64)
    count[order] = after - first
    cents[order] = total[after] - total[first]
    return count, cents


def _terminal_labels(tx: Transactions, window_millis: int) -> tuple[np.ndarray, np.ndarray]:
    """Count and frauds of the terminal's labels that had become known by each transaction."""
    origin = _origin(tx)
    label = _keys(tx.terminal, tx.time_millis + LABEL_DELAY_MILLIS, origin)
    order = np.argsort(label, kind="stable")
    label = label[order]
    total = np.concatenate(([0], np.cumsum(tx.fraud[order])))
    now = _keys(tx.terminal, tx.time_millis, origin)
    after = np.searchsorted(label, now, side="right")
    first = np.searchsorted(label, now - window_millis, side="right")
    return after - first, total[after] - total[first]
