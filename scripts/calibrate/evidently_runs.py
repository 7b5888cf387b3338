# pip install evidently==0.7.23 'pandas<3'
"""Evidently's default choice of test and threshold for each column (what DataDriftPreset reports), on the draws.

The report itself draws plots for every column, which takes a hundred times as long; that both give the same is
checked on the first run.
"""
import evidently
import numpy as np
from evidently import DataDefinition, Dataset, Report
from evidently.legacy.calculations.stattests import get_stattest
from evidently.presets import DataDriftPreset

from draws import answer

checked = False


def tests(a, b, columns):
    found = []
    for column in columns:
        name, kind = column["name"], "cat" if column["text"] else "num"
        x, y = a[name].dropna(), b[name].dropna()
        test = get_stattest(x, y, kind, None)
        result = test(x, y, kind, None)
        found.append((float(result.drift_score), bool(result.drifted), "p_value" in test.display_name))
    return found


def check(a, b, columns, found):
    global checked
    checked = True
    numbers = [c["name"] for c in columns if not c["text"]]
    texts = [c["name"] for c in columns if c["text"]]
    definition = DataDefinition(numerical_columns=numbers, categorical_columns=texts)
    current, reference = (Dataset.from_pandas(side, data_definition=definition) for side in (b, a))
    metrics = Report([DataDriftPreset()]).run(current, reference).dict()["metrics"]
    values = {m["config"]["column"]: m["value"] for m in metrics if "column" in m.get("config", {})}
    for column, (score, _, _) in zip(columns, found):
        assert np.isclose(values[column["name"]], score), (column, values[column["name"]], score)


def alarms(a, b, columns):
    found = tests(a, b, columns)
    if not checked:
        check(a, b, columns, found)
    drifted = sum(drift for _, drift, _ in found)
    return {"any": drifted > 0, "dataset": drifted >= 0.5 * len(columns)}


def scores(a, b, columns):
    return [-score if is_p else score for score, _, is_p in tests(a, b, columns)]


answer(evidently.__version__, alarms, scores)
