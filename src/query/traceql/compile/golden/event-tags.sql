SELECT DISTINCT arrayJoin(arrayFlatten(arrayMap((m) -> mapKeys(m), event_attributes))) AS tag
FROM otel_spans
WHERE (((tenant = '') AND ((bucket >= 472222) AND (bucket <= 472223)) AND (start_unix_nano >= 1700000000000000000) AND (start_unix_nano < 1700003600000000000)) AND NOT (empty(arrayFlatten(arrayMap((m) -> mapKeys(m), event_attributes)))))
ORDER BY tag
LIMIT 10
