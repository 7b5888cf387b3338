-- How a month is made from flights-3m.parquet of the npm package vega-datasets (DuckDB).
-- ${source}, ${from}, ${to} and ${month} are put in by whoever runs it; a month goes from its first day to the next one's.
COPY (
  SELECT
    strftime(date, '%Y-%m-%d %H:%M:%S') AS date,
    distance,
    origin,
    destination,
    CASE
      WHEN hour(date) < 6 THEN 'night'
      WHEN hour(date) < 12 THEN 'morning'
      WHEN hour(date) < 18 THEN 'afternoon'
      ELSE 'evening'
    END AS hour_band,
    delay,
    CAST(delay > 15 AS INTEGER) AS delayed
  FROM read_parquet('${source}')
  WHERE date >= TIMESTAMP '${from}' AND date < TIMESTAMP '${to}'
  ORDER BY ALL
) TO '${month}' (FORMAT csv, HEADER)
