-- { kind = server } | compare({ status = error }, 5)
SELECT toUInt8((true AND (status_code = 2))) AS selected, intDiv((start_unix_nano - CAST(1699999980000000001, 'Int64')), CAST(60000000000, 'Int64')) AS step, kind, status_code, scope_id, count() AS count
FROM otel_spans FINAL
WHERE (((tenant = '') AND ((bucket >= 472222) AND (bucket <= 472223)) AND (start_unix_nano >= 1699999980000000001) AND (start_unix_nano < 1700003640000000001)) AND (kind = 2))
GROUP BY selected, step, kind, status_code, scope_id
