# The checks of scripts/bench/validation.yaml as expectations of Great Expectations over pandas.
# pip install great_expectations==1.3.0 pandas pyarrow
import json
import resource
import sys
import time

started = time.time()
import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd

path = sys.argv[1]
df = pd.read_parquet(path) if path.endswith(".parquet") else pd.read_csv(path, parse_dates=["date"])
context = gx.get_context(mode="ephemeral")
batch = (
    context.data_sources.add_pandas("p")
    .add_dataframe_asset("a")
    .add_batch_definition_whole_dataframe("b")
)
suite = gx.ExpectationSuite(name="s")
add = suite.add_expectation
for column in ["id", "date", "delay", "distance", "origin", "destination", "fare", "tail"]:
    add(gxe.ExpectColumnValuesToNotBeNull(column=column))
add(gxe.ExpectColumnValuesToNotBeNull(column="note", mostly=0.1))
add(gxe.ExpectColumnValuesToBeUnique(column="id"))
add(gxe.ExpectCompoundColumnsToBeUnique(column_list=["id", "date"]))
add(gxe.ExpectTableRowCountToBeBetween(min_value=1_000_000))
for column, low, high in [
    ("id", 0, None),
    ("date", pd.Timestamp("2001-01-01"), pd.Timestamp("2001-12-31 23:59:59")),
    ("delay", -2000, 2000),
    ("distance", 1, 6000),
    ("fare", 0, 10000),
]:
    add(gxe.ExpectColumnValuesToBeBetween(column=column, min_value=low))
    if high is not None:
        add(gxe.ExpectColumnValuesToBeBetween(column=column, max_value=high))
for column, pattern in [("origin", "^[A-Z]{3}$"), ("destination", "^[A-Z]{3}$"), ("tail", "^N[0-9]{3}[A-E]$")]:
    add(gxe.ExpectColumnValuesToMatchRegex(column=column, regex=pattern))
    add(gxe.ExpectColumnValueLengthsToBeBetween(column=column, min_value=3))
    add(gxe.ExpectColumnValueLengthsToBeBetween(column=column, max_value=5))
add(gxe.ExpectColumnValueLengthsToBeBetween(column="note", max_value=100))
result = batch.get_batch({"dataframe": df}).validate(suite)
print(
    json.dumps(
        {
            "rows": len(df),
            "success": bool(result.success),
            "seconds": time.time() - started,
            "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }
    )
)
