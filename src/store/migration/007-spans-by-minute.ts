// Searches want the newest traces. Within an hour spans lay in the order of their trace ids, so that
// the newest minute was as dear as the hour; now they lie in the order of minutes, and of ids within
// (docs/decisions/0014). The index finds spans by a value of an attribute; the same expression is in
// src/store/table/spans.ts. Spans of before have no index until they are merged,
// and are searched without.
import type { Rebuild } from './index.ts';

export const spansByMinute = `
-- alter-rows otel_spans
-- Of an array only that there is one under its key: elements are not looked up.
ALTER TABLE {table} ADD INDEX IF NOT EXISTS attribute_values
  arrayMap((k, v) -> if(startsWith(v, '\\x05'), concat('\\x05', k), v), mapKeys(attributes), mapValues(attributes))
  TYPE bloom_filter(0.0025) GRANULARITY 1;

-- alter-rows otel_spans
-- In place of trace_id_bloom, by which every hundredth granule seemed to hold an id: a search looks for
-- dozens at once.
ALTER TABLE {table} ADD INDEX IF NOT EXISTS trace_ids trace_id TYPE bloom_filter(0.0001) GRANULARITY 1;

-- alter-rows otel_spans
-- Wide rows are dear to merge: a few large merges, not many small.
ALTER TABLE {table} MODIFY SETTING merge_selector_base = 16;
`;

const minute = 'intDiv(start_unix_nano, 60000000000)';

export const spansByMinuteRebuild: Rebuild = {
  name: 'otel_spans',
  primaryKey: `tenant, bucket, ${minute}, trace_id`,
  orderBy: `tenant, bucket, ${minute}, trace_id, span_id, start_unix_nano`,
  dropIndex: 'trace_id_bloom',
  settings: 'index_granularity = 1024, merge_selector_base = 16',
};
