SELECT trace_id, span_id, parent_span_id, start_unix_nano, duration_nano, scope_id, service_name, name, kind, status_code, status_message, event_name, event_time_unix_nano, event_attributes, link_trace_id, link_span_id, link_attributes, mapFilter((k, v) -> (k IN ('user')), attributes) AS picked_attributes
FROM otel_spans
WHERE (((tenant = '') AND ((bucket >= 472222) AND (bucket <= 472223)) AND (start_unix_nano >= 1700000000000000000) AND (start_unix_nano < 1700003600000000000)) AND (trace_id IN (unhex('07070707070707070707070707070707'))))
