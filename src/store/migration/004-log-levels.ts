// The level of a log line, known when it comes in: `detected_level` as Loki detects it, and in
// `parsed_level` what parsers would find (src/model/log-parsed-level.ts says what it promises). Rows of
// before have '' in both: nothing is known of them, and queries look at their lines.
export const logLevels = `
-- alter otel_logs
ALTER TABLE {table}
  ADD COLUMN IF NOT EXISTS detected_level LowCardinality(String) CODEC(ZSTD(1)),
  ADD COLUMN IF NOT EXISTS parsed_level LowCardinality(String) CODEC(ZSTD(1));

-- alter-rows otel_logs
-- Lines are written anew by every merge, and their index made anew: a few large merges, not many small.
ALTER TABLE {table} MODIFY SETTING merge_selector_base = 16;
`;
