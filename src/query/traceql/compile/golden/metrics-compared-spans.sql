SELECT trace_id, span_id, parent_span_id, start_unix_nano, duration_nano, scope_id, service_name, name, kind, status_code, status_message, attributes AS picked_attributes
FROM otel_spans
WHERE ((tenant = 't') AND ((bucket >= 0) AND (bucket <= 0)) AND (start_unix_nano >= 1000) AND (start_unix_nano < 2000))
