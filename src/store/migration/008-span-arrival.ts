// Where a span stood among those of its trace in its request (src/codec/otlp/trace-order.ts), for the
// numbers of the nested set model. Not part of the identity. Rows of before have 0.
export const spanArrival = `
-- alter otel_spans
ALTER TABLE {table} ADD COLUMN IF NOT EXISTS arrival UInt32 CODEC(T64, ZSTD(1));
`;
