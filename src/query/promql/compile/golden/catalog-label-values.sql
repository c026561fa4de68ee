SELECT DISTINCT toString(labels['job']) AS value
FROM otel_series
WHERE ((((tenant = 'a') AND ((day >= 20463) AND (day <= 20463))) AND (labels['job'] = 'x') AND (name = 'up')) AND (labels['job'] != ''))
ORDER BY value
LIMIT 11;
