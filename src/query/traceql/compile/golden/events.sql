-- { event:name = "exception" && event.retry != 3 && link:traceID = "00ab" }
SELECT trace_id AS trace_id, min(start_unix_nano) AS first
FROM otel_spans
WHERE (((tenant = '') AND ((bucket >= 472222) AND (bucket <= 472223)) AND (start_unix_nano >= 1700000000000000000) AND (start_unix_nano < 1700003600000000000)) AND (arrayExists((x) -> (x = 'ab'), arrayMap((id) -> replaceRegexpOne(lower(hex(id)), '^0+', ''), link_trace_id)) AND arrayExists((i0, i1) -> ((i0 = 'exception') AND (mapContains(i1, 'retry') AND (((startsWith(i1['retry'], '\x02') AND (toInt64OrZero(substring(i1['retry'], 2)) != 3)) OR (startsWith(i1['retry'], '\x03') AND (toFloat64OrZero(substring(i1['retry'], 2)) != 3))) OR (startsWith(i1['retry'], '\x05[') AND (arrayExists((x) -> ifNull((toFloat64OrNull(x) != 3), false), JSONExtractArrayRaw(substring(i1['retry'], 2))) AND NOT (arrayExists((x) -> ifNull((toFloat64OrNull(x) = 3), false), JSONExtractArrayRaw(substring(i1['retry'], 2))))))))), event_name, event_attributes)))
GROUP BY trace_id
ORDER BY first DESC, trace_id
LIMIT 100
