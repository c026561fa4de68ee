SELECT DISTINCT service_name AS service
FROM otel_scopes
WHERE (tenant = '')
ORDER BY service
LIMIT 100
