SELECT transform(stream_id, [CAST(1, 'UInt64'), CAST(2, 'UInt64')], ['a', 'b'], '') AS key_0, if(((attributes['code'] >= '\x01') AND (attributes['code'] < '\x08')), substring(attributes['code'], 2), attributes['code']) AS key_1, if(((attributes[arrayFirst((key) -> match(key, '^http(?:_|[^a-zA-Z0-9_]+)route$'), mapKeys(attributes))] >= '\x01') AND (attributes[arrayFirst((key) -> match(key, '^http(?:_|[^a-zA-Z0-9_]+)route$'), mapKeys(attributes))] < '\x08')), substring(attributes[arrayFirst((key) -> match(key, '^http(?:_|[^a-zA-Z0-9_]+)route$'), mapKeys(attributes))], 2), attributes[arrayFirst((key) -> match(key, '^http(?:_|[^a-zA-Z0-9_]+)route$'), mapKeys(attributes))]) AS key_2, intDiv((time_unix_nano - CAST(1793491110000000001, 'Int64')), CAST(30000000000, 'Int64')) AS slot, toFloat64(count()) AS total
FROM otel_logs FINAL
WHERE (((tenant = '') AND ((bucket >= 498192) AND (bucket <= 498193)) AND (time_unix_nano >= 1793491200000000000) AND (time_unix_nano < 1793494800000000000)) AND (stream_id GLOBAL IN (
  SELECT stream_id AS stream_id
  FROM otel_log_streams
  WHERE (((tenant = '') AND ((day >= 20758) AND (day <= 20758))) AND match(labels['app'], '^(?s:.+)$'))
)))
GROUP BY key_0, key_1, key_2, slot
