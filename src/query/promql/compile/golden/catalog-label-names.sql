SELECT DISTINCT value
FROM (
  SELECT DISTINCT toString(arrayJoin(`labels.keys`)) AS value
  FROM otel_series
  WHERE ((tenant = 'a') AND ((day >= 20463) AND (day <= 20463)))
  UNION ALL
  SELECT '__name__' AS value
  FROM otel_series
  WHERE ((tenant = 'a') AND ((day >= 20463) AND (day <= 20463)))
  LIMIT 1
)
ORDER BY value;
