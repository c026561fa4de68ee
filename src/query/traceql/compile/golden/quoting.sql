-- { span."it's" = "\\ ' \u0005" && name = "''; DROP TABLE otel_spans" }
SELECT trace_id AS trace_id, min(start_unix_nano) AS first
FROM otel_spans
WHERE (((tenant = '') AND ((bucket >= 472222) AND (bucket <= 472223)) AND (start_unix_nano >= 1700000000000000000) AND (start_unix_nano < 1700003600000000000)) AND ((mapContains(attributes, 'it\'s') AND ((attributes['it\'s'] = '\\ \' \x05') OR (startsWith(attributes['it\'s'], '\x05[') AND arrayExists((x) -> (startsWith(x, '"') AND (JSONExtractString(x) = '\\ \' \x05')), JSONExtractArrayRaw(substring(attributes['it\'s'], 2))))) AND (name = '\'\'; DROP TABLE otel_spans')) AND indexHint(hasAny(arrayMap((k, v) -> if(startsWith(v, '\x05'), concat('\x05', k), v), mapKeys(attributes), mapValues(attributes)), ['\\ \' \x05', '\x05it\'s']))))
GROUP BY trace_id
ORDER BY first DESC, trace_id
LIMIT 100
