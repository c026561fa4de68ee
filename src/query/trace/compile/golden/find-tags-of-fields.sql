SELECT trace_id, max(start_unix_nano) AS latest
FROM otel_spans
WHERE (((tenant = '') AND ((bucket >= 472222) AND (bucket <= 472223)) AND (start_unix_nano >= 1700000000000000000) AND (start_unix_nano < 1700003600000000000)) AND NOT (((attributes['error'] IN ('true', '\x01true', '\x02true', '\x03true', '\x04true', '\x05true', '\x07true')) OR (status_code = 2) OR (scope_id GLOBAL IN (
  SELECT scope_id
  FROM otel_scopes
  WHERE (((tenant = '') AND ((day >= 19675) AND (day <= 19675))) AND ((resource_attributes['error'] IN ('true', '\x01true', '\x02true', '\x03true', '\x04true', '\x05true', '\x07true')) OR (scope_attributes['error'] IN ('true', '\x01true', '\x02true', '\x03true', '\x04true', '\x05true', '\x07true'))))
)) OR arrayExists((m) -> (m['error'] IN ('true', '\x01true', '\x02true', '\x03true', '\x04true', '\x05true', '\x07true')), event_attributes) OR arrayExists((m) -> (m['error'] IN ('true', '\x01true', '\x02true', '\x03true', '\x04true', '\x05true', '\x07true')), link_attributes))) AND ((attributes['span.kind'] IN ('client', '\x01client', '\x02client', '\x03client', '\x04client', '\x05client', '\x07client')) OR (kind = 3) OR (scope_id GLOBAL IN (
  SELECT scope_id
  FROM otel_scopes
  WHERE (((tenant = '') AND ((day >= 19675) AND (day <= 19675))) AND ((resource_attributes['span.kind'] IN ('client', '\x01client', '\x02client', '\x03client', '\x04client', '\x05client', '\x07client')) OR (scope_attributes['span.kind'] IN ('client', '\x01client', '\x02client', '\x03client', '\x04client', '\x05client', '\x07client'))))
)) OR arrayExists((m) -> (m['span.kind'] IN ('client', '\x01client', '\x02client', '\x03client', '\x04client', '\x05client', '\x07client')), event_attributes) OR arrayExists((m) -> (m['span.kind'] IN ('client', '\x01client', '\x02client', '\x03client', '\x04client', '\x05client', '\x07client')), link_attributes)) AND ((mapContains(attributes, 'resource.zone') AND (attributes['resource.zone'] IN ('', '\x01', '\x02', '\x03', '\x04', '\x05', '\x07'))) OR (scope_id GLOBAL IN (
  SELECT scope_id
  FROM otel_scopes
  WHERE (((tenant = '') AND ((day >= 19675) AND (day <= 19675))) AND (mapContains(resource_attributes, 'zone') AND (resource_attributes['zone'] IN ('', '\x01', '\x02', '\x03', '\x04', '\x05', '\x07'))))
)) OR (scope_id GLOBAL IN (
  SELECT scope_id
  FROM otel_scopes
  WHERE (((tenant = '') AND ((day >= 19675) AND (day <= 19675))) AND ((mapContains(resource_attributes, 'resource.zone') AND (resource_attributes['resource.zone'] IN ('', '\x01', '\x02', '\x03', '\x04', '\x05', '\x07'))) OR (mapContains(scope_attributes, 'resource.zone') AND (scope_attributes['resource.zone'] IN ('', '\x01', '\x02', '\x03', '\x04', '\x05', '\x07')))))
)) OR arrayExists((m) -> (mapContains(m, 'resource.zone') AND (m['resource.zone'] IN ('', '\x01', '\x02', '\x03', '\x04', '\x05', '\x07'))), event_attributes) OR arrayExists((m) -> (mapContains(m, 'resource.zone') AND (m['resource.zone'] IN ('', '\x01', '\x02', '\x03', '\x04', '\x05', '\x07'))), link_attributes)))
GROUP BY trace_id
ORDER BY latest DESC, trace_id
LIMIT 20
