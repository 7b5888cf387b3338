# pip install nannyml==0.13.1 'pandas<3' statsmodels
"""NannyML's domain classifier and its PCA reconstruction error, each at its defaults, on the draws."""
import logging

import nannyml
from draws import answer

logging.disable(logging.CRITICAL)


def share(calculator, a, b, key):
    alerts = calculator.fit(a).calculate(b).filter(period="analysis").to_df()[(key, "alert")]
    return bool(alerts.any())


def alarms(a, b, columns):
    names = [c["name"] for c in columns]
    # One chunk of current data; the reference in chunks of the same size.
    size = {"chunk_size": min(len(b), len(a) // 2)}
    found = {}
    domain = nannyml.DomainClassifierCalculator(feature_column_names=names, **size)
    rebuild = nannyml.DataReconstructionDriftCalculator(column_names=names, **size)
    for name, calculator, key in [
        ("classifier", domain, "domain_classifier_auroc"),
        ("rebuilding", rebuild, "reconstruction_error"),
    ]:
        found[name] = share(calculator, a, b, key)
    return found


answer(nannyml.__version__, alarms, lambda *_: [])
