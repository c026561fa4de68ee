SELECT DISTINCT toString(arrayJoin(mapKeys(labels))) AS name
FROM otel_log_streams
WHERE (((tenant = '') AND ((day >= 20758) AND (day <= 20758))) AND (labels['app'] = 'a'))
ORDER BY name
