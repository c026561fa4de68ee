SELECT trace_id, max(newest) AS latest
FROM (
  SELECT trace_id, latest AS newest
  FROM (
    SELECT trace_id, max(start_unix_nano) AS latest
    FROM otel_spans
    WHERE (((tenant = '') AND ((bucket >= 472222) AND (bucket <= 472223)) AND (start_unix_nano >= 1700000000000000000) AND (start_unix_nano < 1700003600000000000)) AND indexHint(hasAny(arrayMap((k, v) -> if(startsWith(v, '\x05'), concat('\x05', k), v), mapKeys(attributes), mapValues(attributes)), ['500', '\x01500', '\x02500', '\x03500', '\x04500', '\x05500', '\x07500', '\x05http.status_code'])) AND (attributes['http.status_code'] IN ('500', '\x01500', '\x02500', '\x03500', '\x04500', '\x05500', '\x07500')))
    GROUP BY trace_id
    ORDER BY latest DESC, trace_id
    LIMIT 20
  )
  UNION ALL
  SELECT trace_id, latest AS newest
  FROM (
    SELECT trace_id, max(start_unix_nano) AS latest
    FROM otel_spans
    WHERE (((tenant = '') AND ((bucket >= 472222) AND (bucket <= 472223)) AND (start_unix_nano >= 1700000000000000000) AND (start_unix_nano < 1700003600000000000)) AND ((scope_id GLOBAL IN (
      SELECT scope_id
      FROM otel_scopes
      WHERE (((tenant = '') AND ((day >= 19675) AND (day <= 19675))) AND ((resource_attributes['http.status_code'] IN ('500', '\x01500', '\x02500', '\x03500', '\x04500', '\x05500', '\x07500')) OR (scope_attributes['http.status_code'] IN ('500', '\x01500', '\x02500', '\x03500', '\x04500', '\x05500', '\x07500'))))
    )) OR arrayExists((m) -> (m['http.status_code'] IN ('500', '\x01500', '\x02500', '\x03500', '\x04500', '\x05500', '\x07500')), event_attributes) OR arrayExists((m) -> (m['http.status_code'] IN ('500', '\x01500', '\x02500', '\x03500', '\x04500', '\x05500', '\x07500')), link_attributes)))
    GROUP BY trace_id
    ORDER BY latest DESC, trace_id
    LIMIT 20
  )
)
GROUP BY trace_id
ORDER BY latest DESC, trace_id
LIMIT 20
