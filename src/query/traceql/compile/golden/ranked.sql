-- { status = error }
SELECT trace_id AS trace_id, min(start_unix_nano) AS first, greatest(max((start_unix_nano + duration_nano)), min(start_unix_nano)) AS last, (last - first) AS key
FROM otel_spans
WHERE (((tenant = '') AND ((bucket >= 472221) AND (bucket <= 472224)) AND (start_unix_nano >= 1699996400000000000) AND (start_unix_nano < 1700007200000000000)) AND (trace_id GLOBAL IN (
  SELECT trace_id
  FROM otel_spans
  WHERE (((tenant = '') AND ((bucket >= 472222) AND (bucket <= 472223)) AND (start_unix_nano >= 1700000000000000000) AND (start_unix_nano < 1700003600000000000)) AND (status_code = 2))
)))
GROUP BY trace_id
HAVING ((first <= 1700003600000000000) AND (last >= 1700000000000000000) AND ((key < 5000000000) OR ((key = 5000000000) AND (trace_id > unhex('abababababababababababababababab')))))
ORDER BY key DESC, trace_id
LIMIT 100
