SELECT toString(key) AS name, toFloat64(uniqExact(value)) AS cardinality, toFloat64(uniqExactIf(value, NOT (match(value, '(?i)^(?:[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:e[+-]?[0-9]+)?|[+-]?(?:inf|infinity|nan)|\\{?(?:urn:uuid:)?[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\\}?)$')))) AS words, toFloat64(uniqExactIf(value, NOT ((value IN ('0', '1'))))) AS others
FROM otel_log_streams
ARRAY JOIN mapKeys(labels) AS key, mapValues(labels) AS value
WHERE (((tenant = '') AND ((day >= 20758) AND (day <= 20758))) AND (labels['app'] = 'a'))
GROUP BY key
ORDER BY name
