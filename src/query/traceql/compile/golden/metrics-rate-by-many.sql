-- { } | rate() by (span.user, .zone, event.retry, kind, instrumentation:name)
SELECT attributes['user'] AS value0, ((attributes['user'] != '') OR mapContains(attributes, 'user')) AS present0, attributes['zone'] AS value1, ((attributes['zone'] != '') OR mapContains(attributes, 'zone')) AS present1, if(((attributes['zone'] != '') OR mapContains(attributes, 'zone')), toUInt64(0), scope_id) AS scope1, arrayFirst((m) -> mapContains(m, 'retry'), event_attributes)['retry'] AS value2, arrayExists((m) -> mapContains(m, 'retry'), event_attributes) AS present2, kind AS value3, scope_id AS scope4, intDiv((start_unix_nano - CAST(1699999980000000001, 'Int64')), CAST(60000000000, 'Int64')) AS step, count() AS count
FROM otel_spans FINAL
WHERE ((tenant = '') AND ((bucket >= 472222) AND (bucket <= 472223)) AND (start_unix_nano >= 1699999980000000001) AND (start_unix_nano < 1700003640000000001))
GROUP BY value0, present0, value1, present1, scope1, value2, present2, value3, scope4, step
