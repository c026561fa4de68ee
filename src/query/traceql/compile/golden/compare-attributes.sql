-- { kind = server } | compare({ status = error }, 5)
SELECT selected, step, attribute, is_common, if(is_common, text, '') AS value, count() AS count
FROM (
  SELECT selected, step, attribute, text, ((selected, cityHash64(attribute), cityHash64(text)) GLOBAL IN (
    SELECT selected, a, v
    FROM (
      SELECT selected, cityHash64(attribute) AS a, cityHash64(text) AS v, any(CRC32(text)) AS checksum, count() AS count
      FROM (
        SELECT selected, step, attribute, multiIf(((stored < '\x04') OR (stored >= '\x07')), stored, (startsWith(stored, '\x05[') AND (length(arrayFilter((x) -> match(x, '^("|-?[0-9]|true$|false$)'), JSONExtractArrayRaw(substring(stored, 2)))) = 1)), arrayMap((item) -> multiIf(startsWith(item, '"'), concat(if(((JSONExtractString(item) >= '\x01') AND (JSONExtractString(item) < '\x08')), '\x07', ''), JSONExtractString(item)), ((item = 'true') OR (item = 'false')), concat('\x01', item), match(item, '[.eE]'), concat('\x03', toString(toFloat64OrZero(item))), concat('\x02', item)), arrayFilter((x) -> match(x, '^("|-?[0-9]|true$|false$)'), JSONExtractArrayRaw(substring(stored, 2))))[1], '\x06') AS text
        FROM (
          SELECT toUInt8((true AND (status_code = 2))) AS selected, intDiv((start_unix_nano - CAST(1699999980000000001, 'Int64')), CAST(60000000000, 'Int64')) AS step, attributes AS attributes
          FROM otel_spans FINAL
          WHERE (((tenant = '') AND ((bucket >= 472222) AND (bucket <= 472223)) AND (start_unix_nano >= 1699999980000000001) AND (start_unix_nano < 1700003640000000001)) AND (kind = 2))
        )
        ARRAY JOIN mapKeys(attributes) AS attribute, mapValues(attributes) AS stored
      )
      GROUP BY selected, a, v
      ORDER BY count DESC, checksum, v
      LIMIT 5 BY selected, a
    )
  )) AS is_common
  FROM (
    SELECT selected, step, attribute, multiIf(((stored < '\x04') OR (stored >= '\x07')), stored, (startsWith(stored, '\x05[') AND (length(arrayFilter((x) -> match(x, '^("|-?[0-9]|true$|false$)'), JSONExtractArrayRaw(substring(stored, 2)))) = 1)), arrayMap((item) -> multiIf(startsWith(item, '"'), concat(if(((JSONExtractString(item) >= '\x01') AND (JSONExtractString(item) < '\x08')), '\x07', ''), JSONExtractString(item)), ((item = 'true') OR (item = 'false')), concat('\x01', item), match(item, '[.eE]'), concat('\x03', toString(toFloat64OrZero(item))), concat('\x02', item)), arrayFilter((x) -> match(x, '^("|-?[0-9]|true$|false$)'), JSONExtractArrayRaw(substring(stored, 2))))[1], '\x06') AS text
    FROM (
      SELECT toUInt8((true AND (status_code = 2))) AS selected, intDiv((start_unix_nano - CAST(1699999980000000001, 'Int64')), CAST(60000000000, 'Int64')) AS step, attributes AS attributes
      FROM otel_spans FINAL
      WHERE (((tenant = '') AND ((bucket >= 472222) AND (bucket <= 472223)) AND (start_unix_nano >= 1699999980000000001) AND (start_unix_nano < 1700003640000000001)) AND (kind = 2))
    )
    ARRAY JOIN mapKeys(attributes) AS attribute, mapValues(attributes) AS stored
  )
)
GROUP BY selected, step, attribute, is_common, value
