-- { name = "GET /" && duration > 100ms * 5 && kind = server && status != ok }
SELECT trace_id AS trace_id, min(start_unix_nano) AS first
FROM otel_spans
WHERE (((tenant = '') AND ((bucket >= 472222) AND (bucket <= 472223)) AND (start_unix_nano >= 1700000000000000000) AND (start_unix_nano < 1700003600000000000)) AND ((name = 'GET /') AND (duration_nano > 500000000) AND (kind = 2) AND (status_code != 1)))
GROUP BY trace_id
ORDER BY first DESC, trace_id
LIMIT 100
