SELECT stream_id, labels, resource_attributes, scope_name, scope_version, scope_attributes
FROM otel_log_streams FINAL
WHERE (((tenant = '') AND ((day >= 20758) AND (day <= 20758))) AND (labels['app'] = 'a'))
LIMIT 1 BY stream_id
