-- { status = error }
SELECT trace_id AS trace_id, min(start_unix_nano) AS first
FROM otel_spans
WHERE ((((tenant = '') AND ((bucket >= 472222) AND (bucket <= 472223)) AND (start_unix_nano >= 1700000000000000000) AND (start_unix_nano < 1700003600000000000)) AND (status_code = 2)) AND (trace_id GLOBAL IN (
  SELECT trace_id
  FROM otel_spans
  WHERE ((tenant = '') AND ((bucket >= 472221) AND (bucket <= 472222)) AND (start_unix_nano >= 1699996400000000000) AND (start_unix_nano < 1700000000000000000))
)))
GROUP BY trace_id
ORDER BY first DESC, trace_id
LIMIT 100
