SELECT trace_id AS trace_id, min(start_unix_nano) AS first, toFloat64(count()) AS spans
FROM otel_spans
WHERE ((tenant = 't') AND ((bucket >= 0) AND (bucket <= 0)) AND (start_unix_nano >= 1000) AND (start_unix_nano < 2000))
GROUP BY trace_id
ORDER BY first, trace_id
LIMIT 3
