-- { kind = server } | sum_over_time(span.size)
WITH ifNull(multiIf((startsWith(attributes['size'], '\x02') OR startsWith(attributes['size'], '\x03')), toFloat64OrNull(substring(attributes['size'], 2)), startsWith(attributes['size'], '\x05['), if((length(JSONExtractArrayRaw(substring(attributes['size'], 2))) = 1), toFloat64OrNull(JSONExtractArrayRaw(substring(attributes['size'], 2))[1]), NULL), NULL), nan) AS number
SELECT intDiv((start_unix_nano - CAST(1699999980000000001, 'Int64')), CAST(60000000000, 'Int64')) AS step, count() AS count, sum(number) AS sum, min(number) AS min, max(number) AS max
FROM otel_spans FINAL
WHERE ((((tenant = '') AND ((bucket >= 472222) AND (bucket <= 472223)) AND (start_unix_nano >= 1699999980000000001) AND (start_unix_nano < 1700003640000000001)) AND (kind = 2)) AND NOT (isNaN(number)))
GROUP BY step
