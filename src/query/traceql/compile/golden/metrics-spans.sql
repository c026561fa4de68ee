SELECT trace_id, span_id, parent_span_id, start_unix_nano, duration_nano, scope_id, service_name, name, kind, status_code, status_message, mapFilter((k, v) -> (k IN ('a', 'b')), attributes) AS picked_attributes
FROM otel_spans
WHERE (((tenant = 't') AND ((bucket >= 0) AND (bucket <= 0)) AND (start_unix_nano >= 1000) AND (start_unix_nano < 2000)) AND (mapContains(attributes, 'a') AND ((attributes['a'] = 'x') OR (startsWith(attributes['a'], '\x05[') AND arrayExists((x) -> (startsWith(x, '"') AND (JSONExtractString(x) = 'x')), JSONExtractArrayRaw(substring(attributes['a'], 2)))))))
