"""Reference values for test/evaluation/behaviour: permutation importance of a model that is a formula.
Needs numpy, scikit-learn (1.9.1 was used).

    python test/reference/importance.py > test/reference/importance.json
"""
import json

import numpy
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.inspection import permutation_importance

rows = 160
index = numpy.arange(rows)
features = numpy.column_stack([(index * 37 % 101) / 50 - 1, (index * 53 % 97) / 48 - 1, index * 71 % 5 - 2.0])
labels = ((features[:, 0] * 2 + features[:, 1] + (index * 29 % 89) / 44 - 1) > 0).astype(int)


def probability(x):
    return 1 / (1 + numpy.exp(-(2.5 * x[:, 0] + 1.2 * x[:, 1] + 0.1 * x[:, 2])))


class Formula(ClassifierMixin, BaseEstimator):
    def fit(self, x, y):
        self.classes_ = numpy.array([0, 1])
        return self

    def predict_proba(self, x):
        p = probability(x)
        return numpy.column_stack([1 - p, p])

    def predict(self, x):
        return (probability(x) >= 0.5).astype(int)


model = Formula().fit(features, labels)
repeats = 1000
found = {}
for name, scoring in {"roc_auc": "roc_auc", "log_loss": "neg_log_loss", "accuracy": "accuracy"}.items():
    result = permutation_importance(model, features, labels, scoring=scoring, n_repeats=repeats, random_state=1)
    found[name] = [
        {"mean": mean, "std": std} for mean, std in zip(result.importances_mean, result.importances_std)
    ]

print(
    json.dumps(
        {"features": features.tolist(), "labels": labels.tolist(), "repeats": repeats, "importance": found}
    )
)
