SELECT service_name AS service, '' AS operation, toInt64(intDiv((start_unix_nano - 1700000000000000000), 5000000000)) AS slot, toInt64(0) AS duration_bucket, count() AS calls, countIf((status_code = 2)) AS errors
FROM otel_spans FINAL
WHERE (((tenant = '') AND ((bucket >= 472222) AND (bucket <= 472223)) AND (start_unix_nano >= 1700000000000000000) AND (start_unix_nano < 1700003600000000000)) AND (service_name IN ('shop')) AND (kind IN (2)))
GROUP BY service, operation, slot, duration_bucket
