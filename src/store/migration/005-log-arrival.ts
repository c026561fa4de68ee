// When a log line came in (src/model/arrival.ts), for the order of lines that have one time. Not part of
// the identity: a line that is sent again is one line. Rows of before have 0.
export const logArrival = `
-- alter otel_logs
ALTER TABLE {table} ADD COLUMN IF NOT EXISTS arrival Int64 CODEC(Delta, ZSTD(1));
`;
