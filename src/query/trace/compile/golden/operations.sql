SELECT DISTINCT name, kind
FROM otel_spans
WHERE (((tenant = '') AND ((bucket >= 472222) AND (bucket <= 472223)) AND (start_unix_nano >= 1700000000000000000) AND (start_unix_nano < 1700003600000000000)) AND (service_name IN ('shop')))
ORDER BY name, kind
LIMIT 100
