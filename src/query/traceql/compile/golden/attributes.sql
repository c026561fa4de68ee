-- { span.user =~ "a|b" && resource.service.name = "shop" && .size >= 2.5 }
SELECT trace_id AS trace_id, min(start_unix_nano) AS first
FROM otel_spans
WHERE (((tenant = '') AND ((bucket >= 472222) AND (bucket <= 472223)) AND (start_unix_nano >= 1700000000000000000) AND (start_unix_nano < 1700003600000000000)) AND (mapContains(attributes, 'user') AND ((((attributes['user'] < '\x01') OR (attributes['user'] >= '\x07')) AND match(if(startsWith(attributes['user'], '\x07'), substring(attributes['user'], 2), attributes['user']), '^(?s:a|b)$')) OR (startsWith(attributes['user'], '\x05[') AND arrayExists((x) -> (startsWith(x, '"') AND match(JSONExtractString(x), '^(?s:a|b)$')), JSONExtractArrayRaw(substring(attributes['user'], 2))))) AND ((service_name = 'shop') OR startsWith(service_name, '[')) AND ((mapContains(attributes, 'size') AND (((startsWith(attributes['size'], '\x02') AND (toInt64OrZero(substring(attributes['size'], 2)) >= 2.5)) OR (startsWith(attributes['size'], '\x03') AND (toFloat64OrZero(substring(attributes['size'], 2)) >= 2.5))) OR (startsWith(attributes['size'], '\x05[') AND arrayExists((x) -> ifNull((toFloat64OrNull(x) >= 2.5), false), JSONExtractArrayRaw(substring(attributes['size'], 2)))))) OR (NOT (mapContains(attributes, 'size')) AND (scope_id GLOBAL IN (
  SELECT scope_id
  FROM otel_scopes
  WHERE (((tenant = '') AND ((day >= 19675) AND (day <= 19675))) AND (mapContains(resource_attributes, 'size') AND (((startsWith(resource_attributes['size'], '\x02') AND (toInt64OrZero(substring(resource_attributes['size'], 2)) >= 2.5)) OR (startsWith(resource_attributes['size'], '\x03') AND (toFloat64OrZero(substring(resource_attributes['size'], 2)) >= 2.5))) OR (startsWith(resource_attributes['size'], '\x05[') AND arrayExists((x) -> ifNull((toFloat64OrNull(x) >= 2.5), false), JSONExtractArrayRaw(substring(resource_attributes['size'], 2)))))))
))))))
GROUP BY trace_id
ORDER BY first DESC, trace_id
LIMIT 100
