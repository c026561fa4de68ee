-- { span.size > 2 }
SELECT trace_id AS trace_id, min(start_unix_nano) AS first
FROM otel_spans
WHERE (((tenant = '') AND ((bucket >= 472222) AND (bucket <= 472223)) AND (start_unix_nano >= 1700000000000000000) AND (start_unix_nano < 1700003600000000000)) AND (mapContains(attributes, 'size') AND ((startsWith(attributes['size'], '\x02') AND (toInt64OrZero(substring(attributes['size'], 2)) > 2)) OR (startsWith(attributes['size'], '\x05[') AND arrayExists((x) -> (NOT (match(x, '[.eE]')) AND ifNull((toFloat64OrNull(x) > 2), false)), JSONExtractArrayRaw(substring(attributes['size'], 2)))))))
GROUP BY trace_id
ORDER BY first DESC, trace_id
LIMIT 100
