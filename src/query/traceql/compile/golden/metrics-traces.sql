SELECT trace_id AS trace_id, min(start_unix_nano) AS first, toFloat64(count()) AS spans
FROM otel_spans
WHERE (((tenant = 't') AND ((bucket >= 0) AND (bucket <= 0)) AND (start_unix_nano >= 1000) AND (start_unix_nano < 2000)) AND (trace_id GLOBAL IN (
  SELECT trace_id
  FROM otel_spans
  WHERE (((tenant = 't') AND ((bucket >= 0) AND (bucket <= 0)) AND (start_unix_nano >= 0) AND (start_unix_nano < 3000)) AND ((mapContains(attributes, 'b') AND ((attributes['b'] = 'y') OR (startsWith(attributes['b'], '\x05[') AND arrayExists((x) -> (startsWith(x, '"') AND (JSONExtractString(x) = 'y')), JSONExtractArrayRaw(substring(attributes['b'], 2)))))) AND indexHint(hasAny(arrayMap((k, v) -> if(startsWith(v, '\x05'), concat('\x05', k), v), mapKeys(attributes), mapValues(attributes)), ['y', '\x05b'])) AND (trace_id GLOBAL IN (
    SELECT trace_id
    FROM otel_spans
    WHERE (((tenant = 't') AND ((bucket >= 0) AND (bucket <= 0)) AND (start_unix_nano >= 0) AND (start_unix_nano < 3000)) AND ((mapContains(attributes, 'a') AND ((attributes['a'] = 'x') OR (startsWith(attributes['a'], '\x05[') AND arrayExists((x) -> (startsWith(x, '"') AND (JSONExtractString(x) = 'x')), JSONExtractArrayRaw(substring(attributes['a'], 2)))))) AND indexHint(hasAny(arrayMap((k, v) -> if(startsWith(v, '\x05'), concat('\x05', k), v), mapKeys(attributes), mapValues(attributes)), ['x', '\x05a']))))
  ))))
)))
GROUP BY trace_id
ORDER BY first, trace_id
LIMIT 3
