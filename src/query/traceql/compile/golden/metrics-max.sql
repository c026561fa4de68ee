-- { kind = server } | max_over_time(duration) by (name)
WITH toFloat64(duration_nano) AS number
SELECT name AS value0, intDiv((start_unix_nano - CAST(1699999980000000001, 'Int64')), CAST(60000000000, 'Int64')) AS step, count() AS count, sum(number) AS sum, min(number) AS min, max(number) AS max
FROM otel_spans
WHERE (((tenant = '') AND ((bucket >= 472222) AND (bucket <= 472223)) AND (start_unix_nano >= 1699999980000000001) AND (start_unix_nano < 1700003640000000001)) AND (kind = 2))
GROUP BY value0, step
