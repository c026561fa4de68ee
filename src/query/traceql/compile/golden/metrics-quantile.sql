-- { span.db.system != nil } | quantile_over_time(duration, .5, .99) by (span.db.system)
WITH toFloat64(duration_nano) AS number
SELECT attributes['db.system'] AS value0, ((attributes['db.system'] != '') OR mapContains(attributes, 'db.system')) AS present0, intDiv((start_unix_nano - CAST(1699999980000000001, 'Int64')), CAST(60000000000, 'Int64')) AS step, arrayMap((b) -> multiIf((b < number), (b * 2), ((b / 2) >= number), (b / 2), b), [exp2(ceil(log2(number)))])[1] AS bound, uniqExact(cityHash64(trace_id, span_id, start_unix_nano)) AS count
FROM otel_spans
WHERE ((((tenant = '') AND ((bucket >= 472222) AND (bucket <= 472223)) AND (start_unix_nano >= 1699999980000000001) AND (start_unix_nano < 1700003640000000001)) AND mapContains(attributes, 'db.system')) AND (number >= 2))
GROUP BY value0, present0, step, bound
