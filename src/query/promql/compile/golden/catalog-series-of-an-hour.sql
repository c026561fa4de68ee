SELECT series_id, name, labels
FROM otel_series
WHERE ((((tenant = 'a') AND ((day >= 20463) AND (day <= 20463))) AND (labels['job'] = 'x') AND (name = 'up')) AND (series_id GLOBAL IN (
  SELECT series_id
  FROM (
    SELECT series_id
    FROM otel_samples
    WHERE ((((tenant = 'a') AND ((bucket >= 491124) AND (bucket <= 491125))) AND arrayExists((t) -> ((t >= fromUnixTimestamp64Milli(CAST(1768046400000, 'Int64'), 'UTC')) AND (t <= fromUnixTimestamp64Milli(CAST(1768050000000, 'Int64'), 'UTC'))), time)) AND (name = 'up'))
    UNION ALL
    SELECT series_id
    FROM otel_delta_samples
    WHERE ((((tenant = 'a') AND ((bucket >= 491124) AND (bucket <= 491125))) AND (time >= fromUnixTimestamp64Milli(CAST(1768046400000, 'Int64'), 'UTC')) AND (time <= fromUnixTimestamp64Milli(CAST(1768050000000, 'Int64'), 'UTC'))) AND (name = 'up'))
    UNION ALL
    SELECT series_id
    FROM otel_histograms
    WHERE ((((tenant = 'a') AND ((bucket >= 491124) AND (bucket <= 491125))) AND (time >= fromUnixTimestamp64Milli(CAST(1768046400000, 'Int64'), 'UTC')) AND (time <= fromUnixTimestamp64Milli(CAST(1768050000000, 'Int64'), 'UTC'))) AND (name = 'up'))
  )
)))
ORDER BY name, series_id
LIMIT 1 BY series_id
LIMIT 11;
