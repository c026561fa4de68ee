SELECT stream_id, time_unix_nano, arrival, record_hash, body, observed_time_unix_nano AS label_observed_time_unix_nano, severity_number AS label_severity_number, toString(severity_text) AS label_severity_text, if((trace_id = toFixedString('', 16)), '', lower(hex(trace_id))) AS label_trace_id, if((span_id = toFixedString('', 8)), '', lower(hex(span_id))) AS label_span_id, flags AS label_flags, toString(event_name) AS label_event_name, dropped_attributes_count AS label_dropped_attributes_count, toString(detected_level) AS label_detected_level, attributes AS label_attributes
FROM otel_logs
WHERE (((tenant = '') AND ((bucket >= 498192) AND (bucket <= 498193)) AND (time_unix_nano >= 1793491200000000000) AND (time_unix_nano < 1793494800000000000)) AND ((time_unix_nano, stream_id, arrival, record_hash) > (CAST(5, 'Int64'), CAST(9223372036854775808, 'UInt64'), CAST(6, 'Int64'), CAST(7, 'UInt64'))))
ORDER BY time_unix_nano, stream_id, arrival, record_hash
LIMIT 10
