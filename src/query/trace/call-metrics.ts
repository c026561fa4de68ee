// Rates of calls and errors and quantiles of durations, per service or operation, over a window that
// slides in steps: what Jaeger's Monitor page shows. The engine counts in slots of time, here they
// are added up.
import { InputError } from '#lib/errors.ts';
import type { StoreReader } from '#store/contract.ts';
import { bucketsPerDoubling, compileCalls } from './compile/calls.ts';
import { toShownService } from './service-name.ts';

export interface ServiceMetricsRequest {
  readonly tenant: string;
  readonly metric: 'latencies' | 'calls' | 'errors';
  readonly services: readonly string[];
  /** OTLP's numbers. */
  readonly kinds: readonly number[];
  readonly byOperation: boolean;
  readonly endMs: number;
  readonly lookbackMs: number;
  readonly stepMs: number;
  /** Each point counts the spans that start within this long before it. */
  readonly windowMs: number;
  /** 0 … 1, for latencies. */
  readonly quantile: number;
}

/** Calls per second, errors per call, or milliseconds. */
export interface ServicePoint {
  readonly timeMs: number;
  readonly value: number;
}

export interface ServiceSeries {
  readonly service: string;
  /** '' unless by operation. */
  readonly operation: string;
  /** By time; windows without a call have no point. */
  readonly points: readonly ServicePoint[];
}

interface CallsRow {
  readonly service: string;
  readonly operation: string;
  readonly slot: bigint;
  readonly duration_bucket: bigint;
  readonly calls: bigint;
  readonly errors: bigint;
}

/** As many as a range query of Prometheus may have. */
const pointsMax = 11_000;
const slotsMax = 100_000;
const nanoPerMs = 1_000_000n;

export async function readServiceMetrics(
  reader: StoreReader,
  request: ServiceMetricsRequest,
  signal: AbortSignal | undefined,
): Promise<ServiceSeries[]> {
  const { tenant, endMs, lookbackMs, windowMs, stepMs, services, kinds, byOperation } = request;
  const slotMs = slotOf(request);
  const fromMs = endMs - lookbackMs - windowMs;
  const select = compileCalls({
    range: { tenant, fromNano: BigInt(fromMs) * nanoPerMs, toNano: BigInt(endMs) * nanoPerMs },
    services,
    kinds,
    byOperation,
    slotNano: BigInt(slotMs) * nanoPerMs,
    hasDurations: request.metric === 'latencies',
  });
  const rows = await reader.rows<CallsRow>(select, signal ? { signal } : {});
  const bySeries = groupBy(rows, ({ service, operation }) =>
    JSON.stringify([toShownService(service), operation]),
  );
  const slots = { step: stepMs / slotMs, window: windowMs / slotMs };
  const points = Math.floor(lookbackMs / stepMs) + 1;
  const firstMs = endMs - lookbackMs;
  return [...bySeries]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, of]) => {
      const [service, operation] = JSON.parse(key) as [string, string];
      const values = slide(of, slots, points, request);
      const present = values.map((value, i) => ({ timeMs: firstMs + i * stepMs, value }));
      return { service, operation, points: present.filter(({ value }) => !Number.isNaN(value)) };
    });
}

/** The longest slot that steps and windows consist of. */
function slotOf({ lookbackMs, stepMs, windowMs }: ServiceMetricsRequest): number {
  const slotMs = greatestDivisor(stepMs, windowMs);
  if (lookbackMs / stepMs > pointsMax || (lookbackMs + windowMs) / slotMs > slotsMax) {
    throw new InputError(
      'trace_metrics_points',
      `cannot compute the metrics: more than ${pointsMax} points or ${slotsMax} slots`,
      { hint: 'Choose a shorter lookback, a longer step, or a step that divides ratePer.' },
    );
  }
  return slotMs;
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

/** The value of each point; NaN where its window has no call. */
function slide(
  rows: readonly CallsRow[],
  slots: { readonly step: number; readonly window: number },
  points: number,
  { metric, quantile, windowMs }: ServiceMetricsRequest,
): number[] {
  const bySlot = groupBy(rows, ({ slot }) => Number(slot));
  const buckets = new Map<number, number>();
  let calls = 0;
  let errors = 0;
  const add = (slot: number, sign: 1 | -1): void => {
    for (const row of bySlot.get(slot) ?? []) {
      const bucket = Number(row.duration_bucket);
      calls += sign * Number(row.calls);
      errors += sign * Number(row.errors);
      const inBucket = (buckets.get(bucket) ?? 0) + sign * Number(row.calls);
      if (inBucket > 0) buckets.set(bucket, inBucket);
      else buckets.delete(bucket);
    }
  };
  let from = 0;
  let to = 0;
  return Array.from({ length: points }, (_, i) => {
    const first = i * slots.step;
    const end = first + slots.window;
    for (; to < end; to++) add(to, 1);
    for (; from < first; from++) add(from, -1);
    if (calls === 0) return Number.NaN;
    if (metric === 'calls') return calls / (windowMs / 1000);
    return metric === 'errors' ? errors / calls : quantileMs(buckets, calls, quantile);
  });
}

/** The duration below which this share of the calls is, interpolated within its bucket. */
function quantileMs(buckets: ReadonlyMap<number, number>, calls: number, quantile: number): number {
  const nanoPerMsNumber = 1e6;
  const rank = quantile * calls;
  const sorted = [...buckets].sort(([a], [b]) => a - b);
  let below = 0;
  let last = 0;
  for (const [bucket, count] of sorted) {
    last = bucket;
    if (below + count >= rank) {
      const share = Math.max(0, rank - below) / count;
      return 2 ** ((bucket + share) / bucketsPerDoubling) / nanoPerMsNumber;
    }
    below += count;
  }
  return 2 ** ((last + 1) / bucketsPerDoubling) / nanoPerMsNumber;
}

function groupBy<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
