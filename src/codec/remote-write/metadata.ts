// Metadata of metrics: `otel_metric_metadata` has it once a day.
import { dayOfMs } from '#model/unit.ts';
import type { WriteBody } from './body.ts';

/** By the number of the enum, which is the same in both versions. */
export const metricTypes = [
  'unknown',
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
] as const;

export const metricTypeOf = (number: number): string => metricTypes[number] ?? 'unknown';

/** The halves are a hash of all that is said of the metric. */
export function claimMetadata(body: WriteBody, hashLow: number, hashHigh: number): boolean {
  const { series, context } = body;
  return series.claim(
    hashLow ^ series.seedLow ^ 0x3e7a,
    hashHigh ^ series.seedHigh,
    dayOfMs(context.nowMs),
  );
}

export function appendMetadata(
  body: WriteBody,
  name: string,
  facts: { readonly type: string; readonly unit: string; readonly help: string },
): void {
  body.rows.appendMetadata(dayOfMs(body.context.nowMs), name, facts);
  const { metadata } = body.rows;
  body.checkText(metadata.name.byteLength + metadata.unit.byteLength + metadata.help.byteLength);
}
