-- { status = error } | rate() by (resource.service.name)
SELECT service_name AS value0, if(((length(service_name) > 0) AND (length(service_name) < 200)), toUInt64(0), scope_id) AS scope0, intDiv((start_unix_nano - CAST(1699999980000000001, 'Int64')), CAST(60000000000, 'Int64')) AS step, uniqExact(cityHash64(trace_id, span_id, start_unix_nano)) AS count
FROM otel_spans
WHERE (((tenant = '') AND ((bucket >= 472222) AND (bucket <= 472223)) AND (start_unix_nano >= 1699999980000000001) AND (start_unix_nano < 1700003640000000001)) AND (status_code = 2))
GROUP BY value0, scope0, step
