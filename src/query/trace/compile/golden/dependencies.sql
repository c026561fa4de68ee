SELECT parent, tupleElement(callee, 1) AS child, count() AS calls
FROM (
  SELECT anyIf(service_name, is_caller) AS parent, groupUniqArrayIf((service_name, trace_id, span_id), not(is_caller)) AS callees
  FROM (
    SELECT service_name, trace_id, span_id, tupleElement(reference, 1) AS caller_trace_id, tupleElement(reference, 2) AS caller_span_id, tupleElement(reference, 3) AS is_caller
    FROM (
      SELECT service_name, trace_id, span_id, arrayConcat([(trace_id, span_id, true), (trace_id, parent_span_id, false)], arrayMap((t, s) -> (t, s, false), link_trace_id, link_span_id)) AS references
      FROM otel_spans
      WHERE ((tenant = '') AND ((bucket >= 472222) AND (bucket <= 472223)) AND (start_unix_nano >= 1700000000000000000) AND (start_unix_nano < 1700003600000000000))
    )
    ARRAY JOIN references AS reference
    WHERE (tupleElement(reference, 2) != unhex('0000000000000000'))
  )
  GROUP BY caller_trace_id, caller_span_id
  HAVING ((countIf(is_caller) > 0) AND notEmpty(callees))
)
ARRAY JOIN callees AS callee
GROUP BY parent, child
ORDER BY calls DESC, parent, child
LIMIT 100
