SELECT DISTINCT labels['app'] AS value
FROM otel_log_streams
WHERE (((tenant = '') AND ((day >= 20758) AND (day <= 20758))) AND (labels['app'] != ''))
ORDER BY value
