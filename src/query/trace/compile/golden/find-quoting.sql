SELECT trace_id, max(newest) AS latest
FROM (
  SELECT trace_id, latest AS newest
  FROM (
    SELECT trace_id, max(start_unix_nano) AS latest
    FROM otel_spans
    WHERE (((tenant = '') AND ((bucket >= 472222) AND (bucket <= 472223)) AND (start_unix_nano >= 1700000000000000000) AND (start_unix_nano < 1700003600000000000)) AND (name = '\'; DROP TABLE otel_spans --') AND indexHint(hasAny(arrayMap((k, v) -> if(startsWith(v, '\x05'), concat('\x05', k), v), mapKeys(attributes), mapValues(attributes)), ['\\\'', '\x01\\\'', '\x02\\\'', '\x03\\\'', '\x04\\\'', '\x05\\\'', '\x07\\\'', '\x05it\'s'])) AND (attributes['it\'s'] IN ('\\\'', '\x01\\\'', '\x02\\\'', '\x03\\\'', '\x04\\\'', '\x05\\\'', '\x07\\\'')))
    GROUP BY trace_id
    ORDER BY latest DESC, trace_id
    LIMIT 20
  )
  UNION ALL
  SELECT trace_id, latest AS newest
  FROM (
    SELECT trace_id, max(start_unix_nano) AS latest
    FROM otel_spans
    WHERE (((tenant = '') AND ((bucket >= 472222) AND (bucket <= 472223)) AND (start_unix_nano >= 1700000000000000000) AND (start_unix_nano < 1700003600000000000)) AND (name = '\'; DROP TABLE otel_spans --') AND ((scope_id GLOBAL IN (
      SELECT scope_id
      FROM otel_scopes
      WHERE (((tenant = '') AND ((day >= 19675) AND (day <= 19675))) AND ((resource_attributes['it\'s'] IN ('\\\'', '\x01\\\'', '\x02\\\'', '\x03\\\'', '\x04\\\'', '\x05\\\'', '\x07\\\'')) OR (scope_attributes['it\'s'] IN ('\\\'', '\x01\\\'', '\x02\\\'', '\x03\\\'', '\x04\\\'', '\x05\\\'', '\x07\\\''))))
    )) OR arrayExists((m) -> (m['it\'s'] IN ('\\\'', '\x01\\\'', '\x02\\\'', '\x03\\\'', '\x04\\\'', '\x05\\\'', '\x07\\\'')), event_attributes) OR arrayExists((m) -> (m['it\'s'] IN ('\\\'', '\x01\\\'', '\x02\\\'', '\x03\\\'', '\x04\\\'', '\x05\\\'', '\x07\\\'')), link_attributes)))
    GROUP BY trace_id
    ORDER BY latest DESC, trace_id
    LIMIT 20
  )
)
GROUP BY trace_id
ORDER BY latest DESC, trace_id
LIMIT 20
