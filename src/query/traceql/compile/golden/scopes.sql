SELECT scope_id, resource_attributes, resource_dropped_attributes_count, resource_schema_url, scope_name, scope_version, scope_attributes, scope_dropped_attributes_count, scope_schema_url
FROM otel_scopes
WHERE (((tenant = '') AND ((day >= 19675) AND (day <= 19675))) AND (scope_id IN (1, 9223372036854775808)))
LIMIT 1 BY scope_id
