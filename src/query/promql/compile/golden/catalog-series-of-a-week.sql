SELECT series_id, name, labels
FROM otel_series
WHERE (((tenant = 'a') AND ((day >= 20463) AND (day <= 20470))) AND (labels['job'] = 'x') AND (name = 'up'))
ORDER BY name, series_id
LIMIT 1 BY series_id
LIMIT 11;
