-- { event:name = "retry" && event.n > 2 && link.w = 1 && kind = server }
SELECT trace_id AS trace_id, min(start_unix_nano) AS first
FROM otel_spans
WHERE (((tenant = '') AND ((bucket >= 472222) AND (bucket <= 472223)) AND (start_unix_nano >= 1700000000000000000) AND (start_unix_nano < 1700003600000000000)) AND (arrayExists((m) -> (mapContains(m, 'w') AND (((startsWith(m['w'], '\x02') AND (toInt64OrZero(substring(m['w'], 2)) = 1)) OR (startsWith(m['w'], '\x03') AND (toFloat64OrZero(substring(m['w'], 2)) = 1))) OR (startsWith(m['w'], '\x05[') AND arrayExists((x) -> ifNull((toFloat64OrNull(x) = 1), false), JSONExtractArrayRaw(substring(m['w'], 2)))))), link_attributes) AND (kind = 2) AND arrayExists((i0, i1) -> ((i0 = 'retry') AND (mapContains(i1, 'n') AND (((startsWith(i1['n'], '\x02') AND (toInt64OrZero(substring(i1['n'], 2)) > 2)) OR (startsWith(i1['n'], '\x03') AND (toFloat64OrZero(substring(i1['n'], 2)) > 2))) OR (startsWith(i1['n'], '\x05[') AND arrayExists((x) -> ifNull((toFloat64OrNull(x) > 2), false), JSONExtractArrayRaw(substring(i1['n'], 2))))))), event_name, event_attributes)))
GROUP BY trace_id
ORDER BY first DESC, trace_id
LIMIT 100
