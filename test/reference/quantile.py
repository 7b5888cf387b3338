"""Reference values for test/statistics/quantile.test.ts.
Needs scipy (1.17.1 was used) and numpy.

    python test/reference/quantile.py > test/reference/quantile.json
"""
import json

import numpy as np
from scipy import stats

cases = []
for n in (5, 20, 59, 298, 299, 300, 1000):
    values = np.array([((i * 7919) % 1009) / 7 for i in range(n)])
    for q in (0.5, 0.9, 0.95, 0.99):
        for confidence in (0.9, 0.95, 0.98):
            result = stats.quantile_test(values, q=0, p=q)
            low, high = result.confidence_interval(confidence_level=confidence)
            cases.append(
                {
                    "n": n,
                    "q": q,
                    "confidence": confidence,
                    "value": float(np.quantile(values, q, method="inverted_cdf")),
                    "lower": None if np.isnan(low) else float(low),
                    "upper": None if np.isnan(high) else float(high),
                }
            )
print(json.dumps(cases))
