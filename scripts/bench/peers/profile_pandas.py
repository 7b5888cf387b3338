# What a profile holds, by hand over pandas: counts, missing, distinct, moments, quantiles, histograms, top values, lengths.
# pip install pandas==3.1.1 pyarrow==26.0.1
import json
import resource
import sys

import numpy as np
import pandas as pd

path = sys.argv[1]
df = pd.read_parquet(path) if path.endswith(".parquet") else pd.read_csv(path, parse_dates=["date"])
profile = {}
for name in df.columns:
    column = df[name]
    out = {"count": int(column.count()), "nulls": int(column.isna().sum()), "distinct": int(column.nunique())}
    counts = column.value_counts()
    out["top"] = [(str(value), int(n)) for value, n in counts.head(10_000).items()]
    if not (pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column)):
        lengths = column.str.len()
        out["lengths"] = {int(k): int(n) for k, n in lengths.value_counts().items()}
    else:
        numbers = column.astype("int64") if str(column.dtype).startswith("datetime") else column
        out |= {"mean": float(numbers.mean()), "variance": float(numbers.var(ddof=0))}
        out |= {"min": float(numbers.min()), "max": float(numbers.max())}
        out["quantiles"] = [float(q) for q in numbers.quantile(np.linspace(0, 1, 101))]
        out["histogram"] = np.histogram(numbers.dropna(), 100)[0].tolist()
    profile[name] = out
json.dumps(profile)
usage = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"processor": usage.ru_utime + usage.ru_stime, "megabytes": usage.ru_maxrss / 1024}))
