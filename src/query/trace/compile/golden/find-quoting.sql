SELECT trace_id AS trace_id, max(start_unix_nano) AS latest
FROM otel_spans
WHERE (((tenant = '') AND ((bucket >= 472222) AND (bucket <= 472223)) AND (start_unix_nano >= 1700000000000000000) AND (start_unix_nano < 1700003600000000000)) AND (name = '\'; DROP TABLE otel_spans --') AND ((attributes['it\'s'] IN ('\\\'', '\x01\\\'', '\x02\\\'', '\x03\\\'', '\x04\\\'', '\x05\\\'', '\x07\\\'')) OR (scope_id GLOBAL IN (
  SELECT scope_id
  FROM otel_scopes
  WHERE (((tenant = '') AND ((day >= 19675) AND (day <= 19675))) AND ((resource_attributes['it\'s'] IN ('\\\'', '\x01\\\'', '\x02\\\'', '\x03\\\'', '\x04\\\'', '\x05\\\'', '\x07\\\'')) OR (scope_attributes['it\'s'] IN ('\\\'', '\x01\\\'', '\x02\\\'', '\x03\\\'', '\x04\\\'', '\x05\\\'', '\x07\\\''))))
)) OR arrayExists((m) -> (m['it\'s'] IN ('\\\'', '\x01\\\'', '\x02\\\'', '\x03\\\'', '\x04\\\'', '\x05\\\'', '\x07\\\'')), event_attributes) OR arrayExists((m) -> (m['it\'s'] IN ('\\\'', '\x01\\\'', '\x02\\\'', '\x03\\\'', '\x04\\\'', '\x05\\\'', '\x07\\\'')), link_attributes)))
GROUP BY trace_id
ORDER BY latest DESC, trace_id
LIMIT 20
