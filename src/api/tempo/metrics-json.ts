// A metrics answer as tempopb.QueryRangeResponse and tempopb.QueryInstantResponse. Grafana reads the
// second strictly: no field may be added. Defaults are left out: a sample without value is 0.
import type { Message } from '#codec/tempo/message.ts';
import type { NamedValue } from '#query/traceql/eval/summary.ts';
import type {
  MetricsAnswer,
  MetricsExemplar,
  MetricsSample,
  MetricsSeries,
} from '#query/traceql/metrics/answer.ts';
import { valueJson } from './search-json.ts';

export function rangeJson(answer: MetricsAnswer): Message {
  return { series: answer.series.map(seriesJson), ...costJson(answer) };
}

/** Series with one value each; without any the list is left out. */
export function instantJson(answer: MetricsAnswer): Message {
  const series = answer.series.map(({ labels, samples }) => ({
    labels: labels.map(labelJson),
    ...numberJson(samples[0]?.value ?? 0),
  }));
  return { ...(series.length > 0 ? { series } : {}), ...costJson(answer) };
}

const costJson = ({ inspectedSpans }: MetricsAnswer): Message => ({
  metrics: {
    completedJobs: 1,
    totalJobs: 1,
    ...(inspectedSpans > 0 ? { inspectedSpans: String(inspectedSpans) } : {}),
  },
});

const seriesJson = ({ labels, samples, exemplars }: MetricsSeries): Message => ({
  labels: labels.map(labelJson),
  samples: samples.map(sampleJson),
  ...(exemplars.length > 0 ? { exemplars: exemplars.map(exemplarJson) } : {}),
});

const labelJson = ({ name, value }: NamedValue): Message => ({
  key: name,
  value: valueJson(value),
});

const sampleJson = ({ timeMs, value }: MetricsSample): Message => ({
  timestampMs: String(timeMs),
  ...numberJson(value),
});

const exemplarJson = ({ labels, value, timeMs }: MetricsExemplar): Message => ({
  labels: labels.map(labelJson),
  ...numberJson(value),
  timestampMs: String(timeMs),
});

function numberJson(value: number): Message {
  if (value === 0) return {};
  return { value: Number.isFinite(value) ? value : String(value) };
}
