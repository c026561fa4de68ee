-- { } | histogram_over_time(span.size)
WITH ifNull(multiIf(startsWith(attributes['size'], '\x02'), toFloat64OrNull(substring(attributes['size'], 2)), startsWith(attributes['size'], '\x05['), if(((length(JSONExtractArrayRaw(substring(attributes['size'], 2))) = 1) AND match(JSONExtractArrayRaw(substring(attributes['size'], 2))[1], '^-?[0-9]+$')), toFloat64OrNull(JSONExtractArrayRaw(substring(attributes['size'], 2))[1]), NULL), NULL), nan) AS number
SELECT intDiv((start_unix_nano - CAST(1699999980000000001, 'Int64')), CAST(60000000000, 'Int64')) AS step, arrayMap((b) -> multiIf((b < number), (b * 2), ((b / 2) >= number), (b / 2), b), [exp2(ceil(log2(number)))])[1] AS bound, count() AS count
FROM otel_spans FINAL
WHERE (((tenant = '') AND ((bucket >= 472222) AND (bucket <= 472223)) AND (start_unix_nano >= 1699999980000000001) AND (start_unix_nano < 1700003640000000001)) AND (number >= 2))
GROUP BY step, bound
