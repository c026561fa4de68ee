SELECT DISTINCT toString(name) AS value
FROM otel_series
WHERE (((tenant = 'a') AND ((day >= 20463) AND (day <= 20463))) AND (name != ''))
ORDER BY value;
