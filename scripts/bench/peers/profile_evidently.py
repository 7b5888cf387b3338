# A summary of a data set by Evidently: counts, missing, distinct, moments, quantiles, most common values.
# pip install evidently==0.7.23 pandas pyarrow
import json
import resource
import sys

import pandas as pd
from evidently import DataDefinition, Dataset, Report
from evidently.presets import DataSummaryPreset

path = sys.argv[1]
df = pd.read_parquet(path) if path.endswith(".parquet") else pd.read_csv(path, parse_dates=["date"])
definition = DataDefinition(
    numerical_columns=["id", "delay", "distance", "fare"],
    categorical_columns=["origin", "destination", "tail", "note"],
    datetime_columns=["date"],
)
Report([DataSummaryPreset()]).run(Dataset.from_pandas(df, data_definition=definition), None).json()
usage = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"processor": usage.ru_utime + usage.ru_stime, "megabytes": usage.ru_maxrss / 1024}))
