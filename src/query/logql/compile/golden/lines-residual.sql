SELECT stream_id, time_unix_nano, arrival, record_hash, body, observed_time_unix_nano AS label_observed_time_unix_nano, severity_number AS label_severity_number, toString(severity_text) AS label_severity_text, if((trace_id = toFixedString('', 16)), '', lower(hex(trace_id))) AS label_trace_id, if((span_id = toFixedString('', 8)), '', lower(hex(span_id))) AS label_span_id, flags AS label_flags, toString(event_name) AS label_event_name, dropped_attributes_count AS label_dropped_attributes_count, toString(detected_level) AS label_detected_level, attributes AS label_attributes
FROM otel_logs
WHERE (((tenant = '') AND ((bucket >= 498192) AND (bucket <= 498193)) AND (time_unix_nano >= 1793491200000000000) AND (time_unix_nano < 1793494800000000000)) AND (stream_id GLOBAL IN (
  SELECT stream_id AS stream_id
  FROM otel_log_streams
  WHERE (((tenant = '') AND ((day >= 20758) AND (day <= 20758))) AND (labels['app'] = 'a'))
)) AND (body LIKE '%x%') AND ((parsed_level IN ('', 'jerror')) OR (if(((attributes['level'] >= '\x01') AND (attributes['level'] < '\x08')), substring(attributes['level'], 2), attributes['level']) = 'error')) AND (body LIKE '%y%'))
ORDER BY time_unix_nano DESC, stream_id DESC, arrival DESC, record_hash DESC
LIMIT 100
