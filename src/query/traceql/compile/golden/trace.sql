SELECT trace_id, span_id, parent_span_id, start_unix_nano, duration_nano, scope_id, service_name, name, kind, status_code, status_message, trace_state, flags, attributes, dropped_attributes_count, event_time_unix_nano, event_name, event_attributes, event_dropped_attributes_count, dropped_events_count, link_trace_id, link_span_id, link_trace_state, link_flags, link_attributes, link_dropped_attributes_count, dropped_links_count
FROM otel_spans
WHERE ((tenant = 'acme') AND (trace_id IN (unhex('ffffffffffffffffffffffffffffffff'))))
