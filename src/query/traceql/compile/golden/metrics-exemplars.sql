SELECT toInt64(intDiv((start_unix_nano - 1000), 10)) AS slot, argMin(trace_id, span_id) AS trace_id
FROM otel_spans
WHERE (((tenant = 't') AND ((bucket >= 0) AND (bucket <= 0)) AND (start_unix_nano >= 1000) AND (start_unix_nano < 2000)) AND ((mapContains(attributes, 'a') AND ((attributes['a'] = 'x') OR (startsWith(attributes['a'], '\x05[') AND arrayExists((x) -> (startsWith(x, '"') AND (JSONExtractString(x) = 'x')), JSONExtractArrayRaw(substring(attributes['a'], 2)))))) AND indexHint(hasAny(arrayMap((k, v) -> if(startsWith(v, '\x05'), concat('\x05', k), v), mapKeys(attributes), mapValues(attributes)), ['x', '\x05a']))))
GROUP BY slot
