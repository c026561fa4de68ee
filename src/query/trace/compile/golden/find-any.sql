SELECT trace_id, max(start_unix_nano) AS latest
FROM otel_spans
WHERE ((tenant = '') AND ((bucket >= 472222) AND (bucket <= 472223)) AND (start_unix_nano >= 1700000000000000000) AND (start_unix_nano < 1700003600000000000))
GROUP BY trace_id
ORDER BY latest DESC, trace_id
LIMIT 20
