SELECT stream_id AS stream_id, intDiv(time_unix_nano, CAST(60000000000, 'Int64')) AS slot, toFloat64(count()) AS entries, toFloat64(sum(`body.size`)) AS bytes
FROM otel_logs FINAL
WHERE (((tenant = '') AND ((bucket >= 498192) AND (bucket <= 498193)) AND (time_unix_nano >= 1793491200000000000) AND (time_unix_nano < 1793494800000000001)) AND (stream_id GLOBAL IN (
  SELECT stream_id AS stream_id
  FROM otel_log_streams
  WHERE (((tenant = '') AND ((day >= 20758) AND (day <= 20758))) AND (labels['app'] = 'a'))
)))
GROUP BY stream_id, slot
