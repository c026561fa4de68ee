// Makes traces_spanmetrics_* of every span. In: batches of spans after their commit; out: series in a
// MetricRegistry. A span whose series is known costs a hash of its name and a few additions.
// https://grafana.com/docs/tempo/latest/metrics-from-traces/span-metrics/
import type { Clock } from '#lib/clock.ts';
import { Hash64 } from '#lib/hash.ts';
import { attributeText } from '#model/attribute.ts';
import type { Batch } from '#model/batch.ts';
import { type Pairs, sortedPairs } from '#model/canonical.ts';
import { SpanCursor } from '#model/span-cursor.ts';
import {
  cutValue,
  dimensionLabel,
  spanKindLabels,
  spanMetric,
  statusCodeLabels,
} from '#model/trace-metrics.ts';
import type { GeneratedGauge, MetricRegistry, TracePoint } from '#pipeline/metric-registry.ts';
import { type Entry, EntryTable } from './entry-table.ts';
import {
  planResource,
  type ResourceAttributes,
  type ResourcePlan,
  wantedAttributes,
  weightOf,
} from './resource-plan.ts';
import type { SpanMetricsSettings } from './settings.ts';
import { SpanValues } from './span-values.ts';

export interface SpanMetricsDeps {
  readonly settings: SpanMetricsSettings;
  readonly registry: MetricRegistry;
  readonly clock: Clock;
}

export interface SpanMetrics {
  /** Every batch of spans, once, after the consumer has accepted it. */
  observe(batch: Batch<'traces'>): void;
}

export const createSpanMetrics = (deps: SpanMetricsDeps): SpanMetrics => new Connector(deps);

/** How long a tenant that has no room for more series is not asked whether it has. */
const fullMs = 10_000;
const tenantsMax = 1000;

interface TenantState {
  readonly table: EntryTable;
  readonly targetInfo: WeakMap<ResourcePlan, GeneratedGauge>;
  /** Counts what has no room, until then. */
  overflow: Entry | undefined;
  fullUntilMs: number;
}

class Connector implements SpanMetrics {
  readonly #settings: SpanMetricsSettings;
  readonly #registry: MetricRegistry;
  readonly #clock: Clock;
  readonly #wanted: readonly string[];
  readonly #values: SpanValues;
  readonly #hasName: boolean;
  readonly #hasStatusMessage: boolean;
  readonly #hash = new Hash64();
  readonly #tenants = new Map<string, TenantState>();
  readonly #plans = new WeakMap<ResourceAttributes, ResourcePlan>();
  readonly #point: Point = { traceIds: new Uint8Array(0), traceIdAt: 0, timeMs: 0 };
  #keyMask = 0;

  constructor({ settings, registry, clock }: SpanMetricsDeps) {
    this.#settings = settings;
    this.#registry = registry;
    this.#clock = clock;
    this.#wanted = wantedAttributes(settings);
    this.#values = new SpanValues(this.#wanted, settings.spanMultiplierKey);
    this.#hasName = settings.intrinsics.includes('span_name');
    this.#hasStatusMessage = settings.intrinsics.includes('status_message');
    if (settings.intrinsics.includes('span_kind')) this.#keyMask |= 0xf0;
    if (settings.intrinsics.includes('status_code')) this.#keyMask |= 0x0f;
  }

  observe(batch: Batch<'traces'>): void {
    const spans = batch.rows.find(({ table }) => table === 'otel_spans');
    if (!spans) return;
    const cursor = new SpanCursor(spans);
    const tenant = this.#tenant(batch.tenant);
    const sizes = batch.spanBytes ?? new Uint32Array(cursor.rows);
    this.#point.traceIds = cursor.traceIds;
    this.#point.timeMs = this.#clock.nowMs();
    const runs = batch.origins ?? [{ endRow: cursor.rows, resourceAttributes: noAttributes }];
    for (const { endRow, resourceAttributes } of runs) {
      const plan = this.#plan(resourceAttributes);
      if (plan.targetInfo) this.#setTargetInfo(batch.tenant, tenant, plan, plan.targetInfo);
      while (cursor.row + 1 < endRow && cursor.next()) {
        this.#count(batch.tenant, tenant, plan, cursor, sizes[cursor.row] as number);
      }
    }
  }

  #count(
    name: string,
    tenant: TenantState,
    plan: ResourcePlan,
    cursor: SpanCursor,
    bytes: number,
  ): void {
    this.#hashKey(plan, cursor);
    const { low, high } = this.#hash;
    const found = tenant.table.find(low, high);
    const entry = found?.lead.isAlive ? found : this.#enter(name, tenant, plan, cursor, low, high);
    const spanWeight = this.#values.weight;
    const weight = (spanWeight === undefined ? plan.weight : weightOf(spanWeight)) ?? 1;
    entry.calls?.add(weight);
    this.#point.traceIdAt = cursor.row * 16;
    entry.latency?.observe(cursor.durationNano / 1e9, this.#point, weight);
    entry.size?.add(bytes);
  }

  /** Leaves the key of the series in `#hash`, and in `#values` what the span says itself. */
  #hashKey(plan: ResourcePlan, cursor: SpanCursor): void {
    const hash = this.#hash;
    const facts = ((cursor.kind << 4) | cursor.statusCode) & this.#keyMask;
    const { bytes, from, to } = cursor.name;
    const end = this.#hasName ? to : from;
    hash.update(bytes, from, end, plan.seedLow ^ Math.imul(facts, 0x9e3779b1), plan.seedHigh);
    if (this.#hasStatusMessage) {
      const message = cursor.statusMessage;
      hash.update(message.bytes, message.from, message.to, hash.low, hash.high);
    }
    if (this.#values.isWanted(plan.missing)) {
      this.#values.read(cursor, plan.missing);
      this.#values.hashInto(hash, plan.missing);
    }
  }

  #enter(
    name: string,
    tenant: TenantState,
    plan: ResourcePlan,
    cursor: SpanCursor,
    low: number,
    high: number,
  ): Entry {
    const nowMs = this.#point.timeMs;
    if (tenant.overflow?.lead.isAlive && nowMs < tenant.fullUntilMs) return tenant.overflow;
    const entry = this.#makeEntry(name, this.#labelsOf(plan, cursor));
    if (entry.lead.isOverflow) {
      tenant.overflow = entry;
      tenant.fullUntilMs = nowMs + fullMs;
    } else tenant.table.set(low, high, entry);
    return entry;
  }

  #makeEntry(tenant: string, labels: Pairs): Entry {
    const { metrics, histogramBuckets } = this.#settings;
    const registry = this.#registry;
    const calls = metrics.includes('calls')
      ? registry.counter(tenant, spanMetric.calls, labels)
      : undefined;
    const latency = metrics.includes('latency')
      ? registry.histogram(tenant, spanMetric.latency, labels, histogramBuckets)
      : undefined;
    const size = metrics.includes('size')
      ? registry.counter(tenant, spanMetric.size, labels)
      : undefined;
    return { lead: calls ?? latency ?? size ?? nothing, calls, latency, size };
  }

  #labelsOf(plan: ResourcePlan, cursor: SpanCursor): Pairs {
    const { intrinsics, dimensions, dimensionMappings } = this.#settings;
    const own = {
      service: () => plan.service,
      span_name: () => cursor.name.text,
      span_kind: () => spanKindLabels[cursor.kind] ?? spanKindLabels[0],
      status_code: () => statusCodeLabels[cursor.statusCode] ?? statusCodeLabels[0],
      status_message: () => cursor.statusMessage.text,
    };
    const textOf = (attribute: string): string => {
      const i = this.#wanted.indexOf(attribute);
      return plan.values[i] ?? attributeText(this.#values.textOf(i));
    };
    const pairs = [
      ...intrinsics.map((name) => [name, own[name]()] as const),
      ...dimensions.map((name) => [dimensionLabel(name), textOf(name)] as const),
      ...dimensionMappings.map(({ name, sources, join }) => {
        const values = sources.map(textOf).filter((value) => value !== '');
        return [dimensionLabel(name), values.join(join)] as const;
      }),
      ...plan.jobLabels,
    ];
    return sortedPairs(
      pairs
        .filter(([, value]) => value !== '')
        .map(([name, value]) => [name, cutValue(value)] as const),
    );
  }

  #setTargetInfo(name: string, tenant: TenantState, plan: ResourcePlan, labels: Pairs): void {
    const known = tenant.targetInfo.get(plan);
    const gauge = known?.isAlive
      ? known
      : this.#registry.gauge(name, spanMetric.targetInfo, labels);
    if (gauge !== known) tenant.targetInfo.set(plan, gauge);
    gauge.set(1);
  }

  #plan(attributes: ResourceAttributes): ResourcePlan {
    const known = this.#plans.get(attributes);
    if (known) return known;
    const made = planResource(attributes, this.#settings, this.#wanted);
    this.#plans.set(attributes, made);
    return made;
  }

  #tenant(name: string): TenantState {
    const known = this.#tenants.get(name);
    if (known) return known;
    // The registry has the series; what is kept here finds them faster.
    if (this.#tenants.size >= tenantsMax) this.#tenants.clear();
    const made = {
      table: new EntryTable(),
      targetInfo: new WeakMap<ResourcePlan, GeneratedGauge>(),
      overflow: undefined,
      fullUntilMs: 0,
    };
    this.#tenants.set(name, made);
    return made;
  }
}

type Point = { -readonly [K in keyof TracePoint]: TracePoint[K] };

const noAttributes: ResourceAttributes = new Map();

/** Of a connector without metrics. */
const nothing = { isAlive: true, isOverflow: false };
