-- { kind = server } | compare({ status = error }, 5)
SELECT toUInt8((true AND (status_code = 2))) AS selected, intDiv((start_unix_nano - CAST(1699999980000000001, 'Int64')), CAST(60000000000, 'Int64')) AS step, root_name, root_service, count() AS count
FROM otel_spans FINAL GLOBAL ANY LEFT JOIN (
  SELECT trace_id, argMax(name, (start_unix_nano, span_id)) AS root_name, argMax(service_name, (start_unix_nano, span_id)) AS root_service
  FROM otel_spans
  WHERE (((tenant = '') AND ((bucket >= 472221) AND (bucket <= 472224)) AND (start_unix_nano >= 1699996380000000001) AND (start_unix_nano < 1700007240000000001)) AND (parent_span_id = unhex('0000000000000000')) AND NOT ((span_id = unhex('0000000000000000'))))
  GROUP BY trace_id
) AS roots USING (trace_id)
WHERE (((tenant = '') AND ((bucket >= 472222) AND (bucket <= 472223)) AND (start_unix_nano >= 1699999980000000001) AND (start_unix_nano < 1700003640000000001)) AND (kind = 2))
GROUP BY selected, step, root_name, root_service
