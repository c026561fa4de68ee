// Decodes export requests that a test wrote as OTLP JSON, with nothing known beforehand.
import { type DecodeContext, type DecodeResult, decodeMetrics } from '#codec/otlp/decode.ts';
import type { Batch } from '#model/batch.ts';
import { IdentityCache } from '#model/identity.ts';
import { type ColumnRow, rowsOf } from './columns.ts';
import { encodeOtlp, type Json, type JsonObject, metricsOf, type OriginJson } from './otlp-json.ts';

/** What stands in for times that are left out. */
export const nowNano = 1_800_000_000_123_456_789n;

/** Without limits unless told otherwise; every call has an identity cache of its own. */
export const contextOf = (limits: Partial<DecodeContext['limits']> = {}): DecodeContext => ({
  tenant: '',
  nowNano,
  limits: { minUnixNano: undefined, maxUnixNano: undefined, ...limits },
  identities: new IdentityCache(),
});

export const decodeMetricsOf = (
  metrics: Json[],
  origin: OriginJson = {},
  context = contextOf(),
): DecodeResult<'metrics'> =>
  decodeMetrics(encodeOtlp('metrics', metricsOf(metrics, origin)), context);

/** The values of all samples by their series, `name{label="value"}`. */
export function samplesOf(batch: Batch): Record<string, unknown> {
  const series = new Map(rowsOf(batch, 'otel_series').map((row) => [row.series_id, row]));
  const samples = [...rowsOf(batch, 'otel_samples'), ...rowsOf(batch, 'otel_delta_samples')];
  return Object.fromEntries(
    samples.map((row) => [printSeries(series.get(row.series_id)), row.value]),
  );
}

function printSeries(series: ColumnRow | undefined): string {
  if (series === undefined) return 'a sample without a series';
  const labels = Object.entries(series.labels as JsonObject).map(([k, v]) => `${k}="${v}"`);
  return `${series.name}{${labels.join(',')}}`;
}
