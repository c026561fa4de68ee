SELECT trace_id, span_id, parent_span_id, start_unix_nano, duration_nano, scope_id, service_name, name, kind, status_code, status_message
FROM otel_spans
WHERE (((tenant = 't') AND ((bucket >= 0) AND (bucket <= 0)) AND (start_unix_nano >= 0) AND (start_unix_nano < 3000)) AND (parent_span_id = unhex('0000000000000000')) AND (trace_id GLOBAL IN (
  SELECT trace_id
  FROM otel_spans
  WHERE (((tenant = 't') AND ((bucket >= 0) AND (bucket <= 0)) AND (start_unix_nano >= 1000) AND (start_unix_nano < 2000)) AND ((mapContains(attributes, 'a') AND ((attributes['a'] = 'x') OR (startsWith(attributes['a'], '\x05[') AND arrayExists((x) -> (startsWith(x, '"') AND (JSONExtractString(x) = 'x')), JSONExtractArrayRaw(substring(attributes['a'], 2)))))) AND indexHint(hasAny(arrayMap((k, v) -> if(startsWith(v, '\x05'), concat('\x05', k), v), mapKeys(attributes), mapValues(attributes)), ['x', '\x05a']))))
)))
