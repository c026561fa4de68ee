SELECT series_id, name, labels
FROM otel_series
WHERE ((((tenant = 'a') AND ((day >= 20463) AND (day <= 20463))) AND (name = 'up')) AND (series_id GLOBAL IN (
  SELECT series_id
  FROM otel_exemplars
  WHERE ((((tenant = 'a') AND ((bucket >= 491124) AND (bucket <= 491124))) AND (time >= fromUnixTimestamp64Milli(CAST(1768046400000, 'Int64'), 'UTC')) AND (time <= fromUnixTimestamp64Milli(CAST(1768046400001, 'Int64'), 'UTC'))) AND (name = 'up'))
)))
LIMIT 1 BY series_id;
