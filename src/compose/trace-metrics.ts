// Config in; the stage that makes metrics of spans, and its registry, out.
import { hostname } from 'node:os';
import type { Config } from '#config/options.ts';
import { observeSpans } from '#connector/observe-spans.ts';
import { createMetricRegistry } from '#connector/registry/registry.ts';
import { type SpanMetricsSettings, spanMetricKinds } from '#connector/span-metrics/settings.ts';
import { createSpanMetrics } from '#connector/span-metrics/span-metrics.ts';
import { createUsageTracker } from '#connector/usage-tracker.ts';
import type { Meter } from '#internal-telemetry/meter.ts';
import type { Clock } from '#lib/clock.ts';
import { InputError } from '#lib/errors.ts';
import type { Logger } from '#lib/log.ts';
import type { IdentityCache } from '#model/identity.ts';
import { type DimensionMapping, intrinsicDimensions } from '#model/trace-metrics.ts';
import type { Consumer } from '#pipeline/consumer.ts';
import type { Store } from '#store/contract.ts';
import { bucketBounds } from './bucket-bounds.ts';
import { serviceGraphOf } from './service-graph.ts';
import { portOf } from './settings.ts';

export interface TraceMetricsDeps {
  /** Where spans go, perhaps through a sampler. */
  readonly next: Consumer;
  /** Where the metrics go. */
  readonly consumer: Consumer;
  readonly store: Pick<Store, 'writer' | 'reader'>;
  readonly identities: IdentityCache;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly logger: Logger;
}

export interface TraceMetrics {
  /** What receivers hand their batches to. */
  readonly consumer: Consumer;
  start(): Promise<void>;
  /** Resolves when all spans accepted before the call are committed, and then the metrics of them. */
  flush(): Promise<void>;
  /** After the last batch. */
  stop(): Promise<void>;
}

/** Throws InputError `config_invalid`. */
export function createTraceMetrics(config: Config, deps: TraceMetricsDeps): TraceMetrics {
  const registry = createMetricRegistry(
    {
      intervalMs: config['trace_metrics.interval'],
      staleAfterMs: config['trace_metrics.stale_after'],
      seriesMax: config['trace_metrics.max_series'],
      histograms: config['trace_metrics.histograms'],
      instance: instanceOf(config),
    },
    deps,
  );
  const settings = spanMetricsSettingsOf(config);
  const spanMetrics = config['span_metrics.enabled']
    ? createSpanMetrics({ settings, registry, clock: deps.clock })
    : undefined;
  const serviceGraph = serviceGraphOf(config, { ...deps, registry });
  const usage = createUsageTracker(deps.meter);
  const observers = [usage, spanMetrics, serviceGraph].filter((observer) => observer !== undefined);
  return {
    consumer: observeSpans(deps.next, observers, deps),
    start: async () => {
      registry.start();
      await serviceGraph?.start();
    },
    flush: async () => {
      await deps.store.writer.flush();
      await registry.flush();
    },
    stop: async () => {
      await serviceGraph?.stop();
      await registry.stop();
    },
  };
}

/** Of several processes that count into one store each has series of its own. */
export function instanceOf(config: Config): string | undefined {
  const given = config['trace_metrics.instance'];
  if (given !== undefined) return given === '' ? undefined : given;
  if (config.storage === undefined) return undefined;
  return `${hostname()}:${portOf('http', config)}`;
}

export function spanMetricsSettingsOf(config: Config): SpanMetricsSettings {
  return {
    metrics: namesOf('span_metrics.metrics', config['span_metrics.metrics'], spanMetricKinds),
    intrinsics: namesOf(
      'span_metrics.intrinsic_dimensions',
      config['span_metrics.intrinsic_dimensions'],
      intrinsicDimensions,
    ),
    dimensions: config['span_metrics.dimensions'],
    dimensionMappings: Object.entries(config['span_metrics.dimension_mappings'] ?? {}).map(
      ([name, text]) => dimensionMapping(name, text),
    ),
    histogramBuckets: bucketBounds('span_metrics.histogram_buckets', config),
    enableTargetInfo: config['span_metrics.enable_target_info'],
    targetInfoExcludedDimensions: config['span_metrics.target_info_excluded_dimensions'],
    enableInstanceLabel: config['span_metrics.enable_instance_label'],
    spanMultiplierKey: config['span_metrics.span_multiplier_key'] ?? '',
  };
}

/** `a.b c.d join=/`: the attributes, and what stands between their values. */
function dimensionMapping(name: string, text: string): DimensionMapping {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const isJoin = (word: string): boolean => word.startsWith('join=');
  const sources = words.filter((word) => !isJoin(word));
  if (sources.length === 0) {
    throw invalid('span_metrics.dimension_mappings', `the label ${name} has no attributes`);
  }
  return { name, sources, join: words.find(isJoin)?.slice('join='.length) ?? '' };
}

function namesOf<T extends string>(
  key: string,
  names: readonly string[],
  known: readonly T[],
): T[] {
  return names.map((given) => {
    const found = known.find((name) => name === given);
    if (found === undefined) throw invalid(key, `${given} is none of ${known.join(', ')}`);
    return found;
  });
}

const invalid = (key: string, problem: string): InputError =>
  new InputError('config_invalid', `${key}: ${problem}`);
