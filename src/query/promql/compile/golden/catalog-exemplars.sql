SELECT series_id, value, trace_id, span_id, attributes, toUnixTimestamp64Milli(time) AS unix_ms
FROM otel_exemplars FINAL
WHERE ((((tenant = 'a') AND ((bucket >= 491124) AND (bucket <= 491124))) AND (time >= fromUnixTimestamp64Milli(CAST(1768046400000, 'Int64'), 'UTC')) AND (time <= fromUnixTimestamp64Milli(CAST(1768046400001, 'Int64'), 'UTC'))) AND (name = 'up'))
ORDER BY time DESC
LIMIT 10000;
