// What span metrics may be told. Names and meanings are those of Tempo's span metrics processor.
// https://grafana.com/docs/tempo/latest/configuration/#metrics-generator
import type { TraceDimensions } from '#model/trace-metrics.ts';

export const spanMetricKinds = ['calls', 'latency', 'size'] as const;

export interface SpanMetricsSettings extends TraceDimensions {
  /** Which metrics there are. */
  readonly metrics: readonly (typeof spanMetricKinds)[number][];
  /** In seconds, ascending, without +Inf. */
  readonly histogramBuckets: readonly number[];
  /** traces_target_info, and a label `job` on everything. */
  readonly enableTargetInfo: boolean;
  readonly targetInfoExcludedDimensions: readonly string[];
  /** With target info: a label `instance`, too. */
  readonly enableInstanceLabel: boolean;
  /** The attribute with the probability that its span was sampled; '' for none. */
  readonly spanMultiplierKey: string;
}

export const defaultSpanMetricsSettings: SpanMetricsSettings = {
  intrinsics: ['service', 'span_name', 'span_kind', 'status_code'],
  dimensions: [],
  dimensionMappings: [],
  metrics: spanMetricKinds,
  histogramBuckets: Array.from({ length: 14 }, (_, i) => 0.002 * 2 ** i),
  enableTargetInfo: false,
  targetInfoExcludedDimensions: [],
  enableInstanceLabel: true,
  spanMultiplierKey: '',
};
