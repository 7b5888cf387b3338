"""Reads the draws that scripts/calibrate/peers.mjs wrote."""
import json
import os
import sys

import numpy as np
import pandas as pd


def series(values, text):
    if not text:
        return pd.Series(values)
    names = pd.Series(values).map(lambda x: None if np.isnan(x) else f"c{int(x)}")
    return names.astype(object)


def runs(folder, scenario):
    n, m, columns = scenario["n"], scenario["m"], scenario["columns"]
    size = (n + m) * len(columns)
    with open(os.path.join(folder, scenario["file"]), "rb") as file:
        for _ in range(scenario["runs"]):
            block = np.fromfile(file, "<f8", size).reshape(len(columns), n + m)
            sides = []
            for part in (slice(0, n), slice(n, n + m)):
                sides.append(pd.DataFrame({c["name"]: series(block[i, part], c["text"]) for i, c in enumerate(columns)}))
            yield sides


def answer(version, alarms, scores):
    """alarms(reference, current, columns) -> what to add up, by name; scores(...) -> one number a column, larger is farther."""
    folder, out = sys.argv[1:]
    with open(os.path.join(folder, "manifest.json")) as file:
        scenarios = json.load(file)
    found = {}
    for scenario in scenarios:
        if scenario["scores"]:
            found[scenario["name"]] = [scores(a, b, scenario["columns"]) for a, b in runs(folder, scenario)]
            continue
        counts = {}
        for a, b in runs(folder, scenario):
            for name, alarm in alarms(a, b, scenario["columns"]).items():
                counts[name] = counts.get(name, 0) + float(alarm)
        found[scenario["name"]] = {"runs": scenario["runs"], **counts}
    with open(out, "w") as file:
        json.dump({"version": version, "answers": found}, file)
