"""The published benchmark's 12 windowed features with pandas: what a data scientist writes for a training set.

usage: rolling.py TRANSACTIONS.csv LABELS.csv [NUMBERS]

Prints how many transactions there were and the CPU seconds of the process; writes ids and features as doubles where a third file is named. A window is (t - w, t], as pandas has it by default.
Labels enter the terminal's windows as rows of their own, so that each transaction sees what was known at its time.
"""

import sys
import time

import pandas as pd

DAYS = (1, 7, 30)


def read(file, event_time):
    rows = pd.read_csv(file)
    rows[event_time] = pd.to_datetime(rows[event_time], utc=True)
    return rows


def main(transactions_file, labels_file, numbers_file=None):
    transactions = read(transactions_file, "tx_time").sort_values("tx_time", kind="stable")
    labels = read(labels_file, "label_time").rename(columns={"label_time": "tx_time"})

    # groupby().rolling() sorts by entity and keeps the order within it: so do its results line up.
    by_customer = transactions.sort_values(["customer_id", "tx_time"], kind="stable").set_index("tx_time")
    amounts = by_customer.groupby("customer_id")["amount"]
    features = pd.DataFrame({"transaction_id": by_customer["transaction_id"].to_numpy()})
    for days in DAYS:
        rolling = amounts.rolling(f"{days}D")
        features[f"customer_count_{days}"] = rolling.count().to_numpy()
        features[f"customer_average_{days}"] = rolling.mean().to_numpy()

    # A label at the time of a transaction is seen by it: labels come first.
    labels["fraud"] = labels["fraud"].astype("float64")
    columns = ["transaction_id", "tx_time", "terminal_id", "fraud"]
    both = pd.concat([labels[columns], transactions.assign(fraud=float("nan"))[columns]])
    both = both.sort_values(["terminal_id", "tx_time"], kind="stable").set_index("tx_time")
    frauds = both.groupby("terminal_id")["fraud"]
    is_transaction = both["fraud"].isna().to_numpy()
    at_terminal = pd.DataFrame({"transaction_id": both["transaction_id"].to_numpy()[is_transaction]})
    for days in DAYS:
        rolling = frauds.rolling(f"{days}D", min_periods=1)
        at_terminal[f"terminal_count_{days}"] = rolling.count().to_numpy()[is_transaction]
        at_terminal[f"terminal_risk_{days}"] = rolling.mean().fillna(0).to_numpy()[is_transaction]

    features = features.merge(at_terminal, on="transaction_id")
    print(len(features), time.process_time())
    if numbers_file:
        features.sort_values("transaction_id").to_numpy(dtype="<f8").tofile(numbers_file)


main(*sys.argv[1:])
