-- max_over_time({"http.server.duration", host!=""}[5m])
SELECT series_id, name, labels
FROM otel_series
WHERE (((tenant = 'acme') AND ((day >= 19675) AND (day <= 19675))) AND ((name = 'http.server.duration') OR (otel_name = 'http.server.duration')) AND (labels['host'] != ''))
LIMIT 1 BY series_id;

SELECT series_id, arrayFilter((t, v) -> ((t > fromUnixTimestamp64Milli(CAST(1699999700000, 'Int64'), 'UTC')) AND (t <= fromUnixTimestamp64Milli(CAST(1700003285000, 'Int64'), 'UTC'))), time, value) AS times, arrayFilter((v, t) -> ((t > fromUnixTimestamp64Milli(CAST(1699999700000, 'Int64'), 'UTC')) AND (t <= fromUnixTimestamp64Milli(CAST(1700003285000, 'Int64'), 'UTC'))), value, time) AS values, has_stale AS stale
FROM otel_samples
WHERE (((tenant = 'acme') AND ((bucket >= 472222) AND (bucket <= 472223))) AND (series_id GLOBAL IN (
  SELECT series_id
  FROM otel_series
  WHERE (((tenant = 'acme') AND ((day >= 19675) AND (day <= 19675))) AND ((name = 'http.server.duration') OR (otel_name = 'http.server.duration')) AND (labels['host'] != ''))
)));

SELECT series_id, groupArray(at) AS times, groupArray(total) AS values, CAST('0', 'UInt8') AS stale
FROM (
  SELECT series_id, at, sum(delta) OVER (PARTITION BY series_id ORDER BY at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS total
  FROM (
    SELECT series_id, fromUnixTimestamp64Milli(CAST(1699999700000, 'Int64'), 'UTC') AS at, sum(value) AS delta
    FROM otel_delta_samples FINAL
    WHERE (((tenant = 'acme') AND (bucket <= 472222) AND (time <= fromUnixTimestamp64Milli(CAST(1699999700000, 'Int64'), 'UTC'))) AND (series_id GLOBAL IN (
      SELECT series_id
      FROM otel_series
      WHERE (((tenant = 'acme') AND ((day >= 19675) AND (day <= 19675))) AND ((name = 'http.server.duration') OR (otel_name = 'http.server.duration')) AND (labels['host'] != ''))
    )) AND isFinite(value))
    GROUP BY series_id
    UNION ALL
    SELECT series_id, time AS at, value AS delta
    FROM otel_delta_samples FINAL
    WHERE ((((tenant = 'acme') AND ((bucket >= 472222) AND (bucket <= 472223))) AND (time >= fromUnixTimestamp64Milli(CAST(1699999700000, 'Int64'), 'UTC')) AND (time <= fromUnixTimestamp64Milli(CAST(1700003285000, 'Int64'), 'UTC'))) AND (time > fromUnixTimestamp64Milli(CAST(1699999700000, 'Int64'), 'UTC')) AND (series_id GLOBAL IN (
      SELECT series_id
      FROM otel_series
      WHERE (((tenant = 'acme') AND ((day >= 19675) AND (day <= 19675))) AND ((name = 'http.server.duration') OR (otel_name = 'http.server.duration')) AND (labels['host'] != ''))
    )) AND isFinite(value))
  )
)
WHERE (at > fromUnixTimestamp64Milli(CAST(1699999700000, 'Int64'), 'UTC'))
GROUP BY series_id;

SELECT series_id, time, start_time, count, sum, scale, zero_threshold, zero_count, positive_spans, positive_counts, negative_spans, negative_counts, custom_bounds, counter_reset, flags
FROM otel_histograms FINAL
WHERE ((((tenant = 'acme') AND ((bucket >= 472222) AND (bucket <= 472223))) AND (time >= fromUnixTimestamp64Milli(CAST(1699999700000, 'Int64'), 'UTC')) AND (time <= fromUnixTimestamp64Milli(CAST(1700003285000, 'Int64'), 'UTC'))) AND (time > fromUnixTimestamp64Milli(CAST(1699999700000, 'Int64'), 'UTC')) AND (series_id GLOBAL IN (
  SELECT series_id
  FROM otel_series
  WHERE (((tenant = 'acme') AND ((day >= 19675) AND (day <= 19675))) AND ((name = 'http.server.duration') OR (otel_name = 'http.server.duration')) AND (labels['host'] != ''))
)));

SELECT series_id, time AS times, start_time AS starts
FROM otel_sample_starts
WHERE (((tenant = 'acme') AND ((bucket >= 472222) AND (bucket <= 472223))) AND (series_id GLOBAL IN (
  SELECT series_id
  FROM otel_series
  WHERE (((tenant = 'acme') AND ((day >= 19675) AND (day <= 19675))) AND ((name = 'http.server.duration') OR (otel_name = 'http.server.duration')) AND (labels['host'] != ''))
)));
