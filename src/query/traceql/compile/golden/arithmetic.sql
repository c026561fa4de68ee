-- { span.sent - span.received > 10 * 2 || span.flag }
SELECT trace_id AS trace_id, min(start_unix_nano) AS first
FROM otel_spans
WHERE (((tenant = '') AND ((bucket >= 472222) AND (bucket <= 472223)) AND (start_unix_nano >= 1700000000000000000) AND (start_unix_nano < 1700003600000000000)) AND (ifNull(((if((startsWith(attributes['sent'], '\x02') OR startsWith(attributes['sent'], '\x03')), toFloat64OrNull(substring(attributes['sent'], 2)), NULL) - if((startsWith(attributes['received'], '\x02') OR startsWith(attributes['received'], '\x03')), toFloat64OrNull(substring(attributes['received'], 2)), NULL)) > 20), false) OR equals(attributes['flag'], '\x01true')))
GROUP BY trace_id
ORDER BY first DESC, trace_id
LIMIT 100
