SELECT key, value
FROM (
  SELECT 'series' AS key, toInt64(count()) AS value
  FROM otel_series FINAL
  WHERE ((tenant = 'a') AND (day = (
    SELECT max(day) AS newest
    FROM otel_series
    WHERE (tenant = 'a')
  )))
  UNION ALL
  SELECT 'pairs' AS key, toInt64(count()) AS value
  FROM (
    SELECT label, text, count() AS series
    FROM (
      SELECT label, text
      FROM otel_series FINAL
      ARRAY JOIN arrayPushBack(mapKeys(labels), '__name__') AS label, arrayPushBack(mapValues(labels), toString(name)) AS text
      WHERE ((tenant = 'a') AND (day = (
        SELECT max(day) AS newest
        FROM otel_series
        WHERE (tenant = 'a')
      )))
    )
    GROUP BY label, text
  )
  UNION ALL
  SELECT 'first day' AS key, toInt64(min(day)) AS value
  FROM otel_series
  WHERE (tenant = 'a')
  UNION ALL
  SELECT 'last day' AS key, toInt64(max(day)) AS value
  FROM otel_series
  WHERE (tenant = 'a')
);

SELECT toString(name) AS key, count() AS value
FROM otel_series FINAL
WHERE ((tenant = 'a') AND (day = (
  SELECT max(day) AS newest
  FROM otel_series
  WHERE (tenant = 'a')
)))
GROUP BY key
ORDER BY value DESC, key
LIMIT 10;

SELECT toString(label) AS key, count() AS value
FROM (
  SELECT label, text, count() AS series
  FROM (
    SELECT label, text
    FROM otel_series FINAL
    ARRAY JOIN arrayPushBack(mapKeys(labels), '__name__') AS label, arrayPushBack(mapValues(labels), toString(name)) AS text
    WHERE ((tenant = 'a') AND (day = (
      SELECT max(day) AS newest
      FROM otel_series
      WHERE (tenant = 'a')
    )))
  )
  GROUP BY label, text
)
GROUP BY key
ORDER BY value DESC, key
LIMIT 10;

SELECT toString(label) AS key, sum(length(text)) AS value
FROM (
  SELECT label, text, count() AS series
  FROM (
    SELECT label, text
    FROM otel_series FINAL
    ARRAY JOIN arrayPushBack(mapKeys(labels), '__name__') AS label, arrayPushBack(mapValues(labels), toString(name)) AS text
    WHERE ((tenant = 'a') AND (day = (
      SELECT max(day) AS newest
      FROM otel_series
      WHERE (tenant = 'a')
    )))
  )
  GROUP BY label, text
)
GROUP BY key
ORDER BY value DESC, key
LIMIT 10;

SELECT toString(concat(label, '=', text)) AS key, sum(series) AS value
FROM (
  SELECT label, text, count() AS series
  FROM (
    SELECT label, text
    FROM otel_series FINAL
    ARRAY JOIN arrayPushBack(mapKeys(labels), '__name__') AS label, arrayPushBack(mapValues(labels), toString(name)) AS text
    WHERE ((tenant = 'a') AND (day = (
      SELECT max(day) AS newest
      FROM otel_series
      WHERE (tenant = 'a')
    )))
  )
  GROUP BY label, text
)
GROUP BY key
ORDER BY value DESC, key
LIMIT 10;
