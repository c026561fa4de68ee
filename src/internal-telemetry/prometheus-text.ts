// Own metrics in, the Prometheus text format 0.0.4 out: what /metrics and port 8888 answer.
// Spec: https://prometheus.io/docs/instrumenting/exposition_formats/
import type { MeterLabels, MetricFamily } from './meter.ts';

export const prometheusTextType = 'text/plain; version=0.0.4; charset=utf-8';

export function formatPrometheusText(families: readonly MetricFamily[]): string {
  let text = '';
  for (const { name, help, kind, points } of families) {
    // Also of what has not counted yet: a reader, and docs/reference, then know that it is there.
    text += `# HELP ${name} ${help.replace(/[\\\n]/g, (c) => (c === '\n' ? '\\n' : '\\\\'))}\n`;
    text += `# TYPE ${name} ${kind}\n`;
    for (const { labels, value, buckets, sum } of points) {
      if (!buckets) {
        text += line(name, labels, value);
        continue;
      }
      for (const { le, count } of buckets) {
        text += line(`${name}_bucket`, { ...labels, le: formatNumber(le) }, count);
      }
      text += line(`${name}_sum`, labels, sum ?? 0) + line(`${name}_count`, labels, value);
    }
  }
  return text;
}

function line(name: string, labels: MeterLabels, value: number): string {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escapeLabel(text)}"`);
  return `${name}${pairs.length ? `{${pairs.join(',')}}` : ''} ${formatNumber(value)}\n`;
}

const escapeLabel = (text: string): string =>
  text.replace(/[\\"\n]/g, (c) => (c === '\n' ? '\\n' : `\\${c}`));

const formatNumber = (value: number): string => {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);
};
