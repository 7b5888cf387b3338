# pip install nannyml==0.13.1 'pandas<3' statsmodels
"""NannyML's univariate drift (Jensen-Shannon, thresholds from the reference's own chunks), on the draws."""
import logging

import nannyml
from draws import answer

logging.disable(logging.CRITICAL)


def values(a, b, columns, key, **chunks):
    names = [c["name"] for c in columns]
    calculator = nannyml.UnivariateDriftCalculator(column_names=names, **chunks).fit(a)
    found = calculator.calculate(b).filter(period="analysis").to_df()
    return [found[(name, "jensen_shannon", key)].to_numpy() for name in names]


def alarms(a, b, columns):
    # Its default: ten chunks of each side.
    alerts = values(a, b, columns, "alert")
    chunks = [any(column[k] for column in alerts) for k in range(len(alerts[0]))]
    return {"any": any(chunks), "chunks": sum(chunks) / len(chunks)}


def scores(a, b, columns):
    return [float(v[0]) for v in values(a, b, columns, "value", chunk_size=len(b))]


answer(nannyml.__version__, alarms, scores)
