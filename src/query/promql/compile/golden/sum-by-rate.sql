-- sum by (job) (rate(http_requests_total{code=~"5.."}[5m]))
SELECT l0, sumKahanForEach(grid) AS folded, arrayExists((s, m) -> ifNull(((m > (10000 * abs(s))) OR isInfinite(m)), 0), sumKahanForEach(grid), sumForEach(arrayMap((v) -> abs(v), grid))) AS inexact
FROM (
  SELECT series_id, timeSeriesRateToGrid(fromUnixTimestamp64Milli(CAST(1700000000000, 'Int64'), 'UTC'), fromUnixTimestamp64Milli(CAST(1700003285000, 'Int64'), 'UTC'), CAST('15.000', 'Decimal64(3)'), CAST('300.000', 'Decimal64(3)'))(times, values) AS grid
  FROM (
    SELECT series_id, time AS times, value AS values, has_stale AS stale
    FROM otel_samples
    WHERE (((tenant = 'acme') AND ((bucket >= 472222) AND (bucket <= 472223))) AND ((name = 'http_requests_total') AND (series_id GLOBAL IN (
      SELECT series_id
      FROM otel_series
      WHERE (((tenant = 'acme') AND ((day >= 19675) AND (day <= 19675))) AND match(labels['code'], '^(?s:5..)$') AND (name = 'http_requests_total'))
    ))) AND (has_stale = 0))
    UNION ALL
    SELECT series_id, arrayFilter((t, v) -> NOT ((reinterpretAsUInt64(v) = 9218868437227405314)), time, value) AS times, arrayFilter((v, t) -> NOT ((reinterpretAsUInt64(v) = 9218868437227405314)), value, time) AS values, has_stale AS stale
    FROM otel_samples
    WHERE (((tenant = 'acme') AND ((bucket >= 472222) AND (bucket <= 472223))) AND ((name = 'http_requests_total') AND (series_id GLOBAL IN (
      SELECT series_id
      FROM otel_series
      WHERE (((tenant = 'acme') AND ((day >= 19675) AND (day <= 19675))) AND match(labels['code'], '^(?s:5..)$') AND (name = 'http_requests_total'))
    ))) AND (has_stale != 0))
    UNION ALL
    SELECT series_id, groupArray(at) AS times, groupArray(total) AS values, CAST('0', 'UInt8') AS stale
    FROM (
      SELECT series_id, at, sum(delta) OVER (PARTITION BY series_id ORDER BY at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS total
      FROM (
        SELECT series_id, fromUnixTimestamp64Milli(CAST(1699999700000, 'Int64'), 'UTC') AS at, sum(value) AS delta
        FROM otel_delta_samples FINAL
        WHERE (((tenant = 'acme') AND (bucket <= 472222) AND (time <= fromUnixTimestamp64Milli(CAST(1699999700000, 'Int64'), 'UTC'))) AND ((name = 'http_requests_total') AND (series_id GLOBAL IN (
          SELECT series_id
          FROM otel_series
          WHERE (((tenant = 'acme') AND ((day >= 19675) AND (day <= 19675))) AND match(labels['code'], '^(?s:5..)$') AND (name = 'http_requests_total'))
        ))) AND isFinite(value))
        GROUP BY series_id
        UNION ALL
        SELECT series_id, time AS at, value AS delta
        FROM otel_delta_samples FINAL
        WHERE ((((tenant = 'acme') AND ((bucket >= 472222) AND (bucket <= 472223))) AND (time >= fromUnixTimestamp64Milli(CAST(1699999700000, 'Int64'), 'UTC')) AND (time <= fromUnixTimestamp64Milli(CAST(1700003285000, 'Int64'), 'UTC'))) AND (time > fromUnixTimestamp64Milli(CAST(1699999700000, 'Int64'), 'UTC')) AND ((name = 'http_requests_total') AND (series_id GLOBAL IN (
          SELECT series_id
          FROM otel_series
          WHERE (((tenant = 'acme') AND ((day >= 19675) AND (day <= 19675))) AND match(labels['code'], '^(?s:5..)$') AND (name = 'http_requests_total'))
        ))) AND isFinite(value))
      )
    )
    WHERE (at > fromUnixTimestamp64Milli(CAST(1699999700000, 'Int64'), 'UTC'))
    GROUP BY series_id
  )
  GROUP BY series_id
) AS grids GLOBAL ANY INNER JOIN (
  SELECT series_id, labels['job'] AS l0
  FROM otel_series
  WHERE (((tenant = 'acme') AND ((day >= 19675) AND (day <= 19675))) AND match(labels['code'], '^(?s:5..)$') AND (name = 'http_requests_total'))
  LIMIT 1 BY series_id
) AS identities USING (series_id)
GROUP BY l0;

SELECT found
FROM (
  SELECT toUInt8(1) AS found
  FROM otel_histograms
  WHERE ((((tenant = 'acme') AND ((bucket >= 472222) AND (bucket <= 472223))) AND (time >= fromUnixTimestamp64Milli(CAST(1699999700000, 'Int64'), 'UTC')) AND (time <= fromUnixTimestamp64Milli(CAST(1700003285000, 'Int64'), 'UTC'))) AND (name = 'http_requests_total'))
  LIMIT 1
  UNION ALL
  SELECT toUInt8(1) AS found
  FROM otel_sample_starts
  WHERE (((tenant = 'acme') AND ((bucket >= 472222) AND (bucket <= 472223))) AND (name = 'http_requests_total'))
  LIMIT 1
)
LIMIT 1;
