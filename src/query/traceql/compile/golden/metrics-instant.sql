-- { status = error } | count_over_time()
SELECT uniqExact(cityHash64(trace_id, span_id, start_unix_nano)) AS count
FROM otel_spans
WHERE (((tenant = '') AND ((bucket >= 472222) AND (bucket <= 472223)) AND (start_unix_nano >= 1699999980000000001) AND (start_unix_nano < 1700003640000000002)) AND (status_code = 2))
