// The keys of metrics made of traces: what both connectors share, and span metrics. Names and defaults
// are those of Tempo's metrics generator.
import type { OptionDefinition } from './options.ts';

export const traceMetricsOptions = {
  'trace_metrics.interval': {
    type: 'duration',
    default: '15s',
    least: '1s',
    meaning: 'How often metrics made of traces are written.',
  },
  'trace_metrics.stale_after': {
    type: 'duration',
    default: '15m',
    least: '1s',
    meaning: 'Series of metrics made of traces end when no span has come for so long.',
  },
  'trace_metrics.max_series': {
    type: 'integer',
    default: '100000',
    meaning:
      'Most series of metrics made of traces, of one tenant. What would need more is counted in one series per metric, with the label metric_overflow="true".',
  },
  'trace_metrics.histograms': {
    type: { oneOf: ['classic', 'native', 'both'] },
    default: 'classic',
    meaning: 'Durations in metrics made of traces: series per bucket, native histograms, or both.',
  },
  'trace_metrics.instance': {
    type: 'text',
    default: undefined,
    meaning:
      'Value of the label __metrics_gen_instance. Give each Sightline on one storage its own. Default: none without storage, else host name and main port.',
  },
  'span_metrics.enabled': {
    type: 'flag',
    default: 'true',
    meaning: 'Make traces_spanmetrics_* metrics of every span that is received.',
  },
  'span_metrics.metrics': {
    type: 'list',
    default: 'calls,latency,size',
    meaning: 'Which of them.',
  },
  'span_metrics.histogram_buckets': {
    type: 'list',
    default: '0.002,0.004,0.008,0.016,0.032,0.064,0.128,0.256,0.512,1.024,2.048,4.096,8.192,16.384',
    meaning: 'Upper bounds of the buckets of durations, in seconds, ascending.',
  },
  'span_metrics.intrinsic_dimensions': {
    type: 'list',
    default: 'service,span_name,span_kind,status_code',
    meaning: 'Which labels of these there are; status_message is one more.',
  },
  'span_metrics.dimensions': {
    type: 'list',
    default: '',
    meaning: 'Attributes of resources, or else of spans, that become labels.',
  },
  'span_metrics.dimension_mappings': {
    type: 'map',
    default: undefined,
    meaning:
      'Labels of several attributes: label to their names, with spaces between; join=TEXT after them is put between the values.',
  },
  'span_metrics.enable_target_info': {
    type: 'flag',
    default: 'false',
    meaning: 'Make traces_target_info of resources, and a label job (namespace/name) everywhere.',
  },
  'span_metrics.target_info_excluded_dimensions': {
    type: 'list',
    default: '',
    meaning: 'Attributes of resources that are no labels of traces_target_info.',
  },
  'span_metrics.enable_instance_label': {
    type: 'flag',
    default: 'true',
    meaning: 'With target info: a label instance (service.instance.id), too.',
  },
  'span_metrics.span_multiplier_key': {
    type: 'text',
    default: undefined,
    meaning:
      'Attribute of spans or resources with the probability of their sampling: a span with 0.1 counts as ten.',
  },
} as const satisfies Record<string, OptionDefinition>;
