-- count(up)
SELECT arrayMap((n) -> if((n = 0), NULL, toFloat64(n)), countForEach(grid)) AS folded
FROM (
  SELECT series_id, if(max(stale), arrayMap((v) -> if((reinterpretAsUInt64(assumeNotNull(v)) = 9218868437227405314), NULL, v), timeSeriesLastToGrid(fromUnixTimestamp64Milli(CAST(1700000000000, 'Int64'), 'UTC'), fromUnixTimestamp64Milli(CAST(1700003285000, 'Int64'), 'UTC'), CAST('15.000', 'Decimal64(3)'), CAST('300.000', 'Decimal64(3)'))(times, values)), timeSeriesLastToGrid(fromUnixTimestamp64Milli(CAST(1700000000000, 'Int64'), 'UTC'), fromUnixTimestamp64Milli(CAST(1700003285000, 'Int64'), 'UTC'), CAST('15.000', 'Decimal64(3)'), CAST('300.000', 'Decimal64(3)'))(times, values)) AS grid
  FROM (
    SELECT series_id, time AS times, value AS values, has_stale AS stale
    FROM otel_samples
    WHERE (((tenant = 'acme') AND ((bucket >= 472222) AND (bucket <= 472223))) AND (name = 'up'))
    UNION ALL
    SELECT series_id, groupArray(at) AS times, groupArray(total) AS values, CAST('0', 'UInt8') AS stale
    FROM (
      SELECT series_id, at, sum(delta) OVER (PARTITION BY series_id ORDER BY at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS total
      FROM (
        SELECT series_id, fromUnixTimestamp64Milli(CAST(1699999700000, 'Int64'), 'UTC') AS at, sum(value) AS delta
        FROM otel_delta_samples FINAL
        WHERE (((tenant = 'acme') AND (bucket <= 472222) AND (time <= fromUnixTimestamp64Milli(CAST(1699999700000, 'Int64'), 'UTC'))) AND (name = 'up') AND isFinite(value))
        GROUP BY series_id
        UNION ALL
        SELECT series_id, time AS at, value AS delta
        FROM otel_delta_samples FINAL
        WHERE ((((tenant = 'acme') AND ((bucket >= 472222) AND (bucket <= 472223))) AND (time >= fromUnixTimestamp64Milli(CAST(1699999700000, 'Int64'), 'UTC')) AND (time <= fromUnixTimestamp64Milli(CAST(1700003285000, 'Int64'), 'UTC'))) AND (time > fromUnixTimestamp64Milli(CAST(1699999700000, 'Int64'), 'UTC')) AND (name = 'up') AND isFinite(value))
      )
    )
    WHERE (at > fromUnixTimestamp64Milli(CAST(1699999700000, 'Int64'), 'UTC'))
    GROUP BY series_id
  )
  GROUP BY series_id
);

SELECT found
FROM (
  SELECT toUInt8(1) AS found
  FROM otel_histograms
  WHERE ((((tenant = 'acme') AND ((bucket >= 472222) AND (bucket <= 472223))) AND (time >= fromUnixTimestamp64Milli(CAST(1699999700000, 'Int64'), 'UTC')) AND (time <= fromUnixTimestamp64Milli(CAST(1700003285000, 'Int64'), 'UTC'))) AND (name = 'up'))
  LIMIT 1
)
LIMIT 1;
