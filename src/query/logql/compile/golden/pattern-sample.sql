SELECT intDiv(time_unix_nano, CAST(60000000000, 'Int64')) AS slot, '' AS level, leftUTF8(body, 2001) AS body
FROM otel_logs
WHERE (((tenant = '') AND ((bucket >= 498192) AND (bucket <= 498193)) AND (time_unix_nano >= 1793491200000000000) AND (time_unix_nano < 1793494800000000000)) AND (stream_id GLOBAL IN (
  SELECT stream_id AS stream_id
  FROM otel_log_streams
  WHERE (((tenant = '') AND ((day >= 20758) AND (day <= 20758))) AND (labels['app'] = 'a'))
)) AND ((intDiv(time_unix_nano, CAST(3750000000, 'Int64')) % 3) = (cityHash64(intDiv(time_unix_nano, CAST(11250000000, 'Int64'))) % 3)) AND ((cityHash64(record_hash, stream_id, time_unix_nano) % 50) = 0))
ORDER BY record_hash, stream_id, time_unix_nano
LIMIT 1 BY record_hash, stream_id, time_unix_nano
