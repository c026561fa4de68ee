// What a test expects, beside what there was.
import { formatFloat } from '#lib/gotemplate/format-float.ts';
import { formatPrometheusDuration } from '#prometheus-config/quantity.ts';
import { parseHistogram } from '#query/promql/notation/histogram.ts';
import { parseLabels } from '#query/promql/notation/series.ts';
import { equalHistograms } from '#query/vector/histogram/equal.ts';
import type { Histogram } from '#query/vector/histogram/histogram.ts';
import { compareLabels, formatLabels } from '#query/vector/label.ts';
import { type Labels, labelsKey, sortedLabels } from '#query/vector/value.ts';
import type { Alert } from '../alert.ts';
import type { RuleSample } from '../evaluation.ts';
import type { TestFailure } from './outcome.ts';
import type { AlertTest, ExpressionTest } from './test-file.ts';

interface ShownAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
}

/** Undefined when exactly the expected alerts fire. */
export function compareAlerts(
  { alertname, evalTimeMs, expected }: AlertTest,
  firing: readonly Alert[],
  test: string,
): TestFailure | undefined {
  const wanted = expected.map(
    ({ labels, annotations }): ShownAlert => ({
      labels: sortedLabels([...labels, ['alertname', alertname]]),
      annotations: sortedLabels([...annotations]),
    }),
  );
  const [expectedTexts, got] = [showAlerts(wanted), showAlerts(firing)];
  if (expectedTexts.join('\n') === got.join('\n')) return undefined;
  const message = `alertname: ${alertname}, time: ${formatPrometheusDuration(evalTimeMs)}`;
  return { test, kind: 'alert', message, expected: expectedTexts, got };
}

function showAlerts(alerts: readonly ShownAlert[]): string[] {
  return [...alerts]
    .sort(
      (a, b) => compareLabels(a.labels, b.labels) || compareLabels(a.annotations, b.annotations),
    )
    .map(
      ({ labels, annotations }) =>
        `Labels:${formatLabels(labels)} Annotations:${formatLabels(annotations)}`,
    );
}

/** Undefined when the result is exactly the expected samples. Throws Error for what is no notation. */
export function compareSamples(
  { expr, evalTimeMs, expected }: ExpressionTest,
  result: readonly RuleSample[],
  { test, isFuzzy }: { readonly test: string; readonly isFuzzy: boolean },
): TestFailure | undefined {
  const wanted = expected.map(({ labels, value, histogram }): RuleSample => {
    const parsed = labels === '' ? {} : parseLabels(labels);
    return {
      labels: sortedLabels(Object.entries(parsed)),
      value,
      ...(histogram === '' ? {} : { histogram: parseHistogram(histogram).histogram }),
    };
  });
  const byLabels = new Map(result.map((sample) => [labelsKey(sample.labels), sample]));
  const isEqual =
    wanted.length === result.length &&
    byLabels.size === result.length &&
    new Set(wanted.map(({ labels }) => labelsKey(labels))).size === wanted.length &&
    wanted.every((sample) => {
      const got = byLabels.get(labelsKey(sample.labels));
      return got !== undefined && isSame(sample, got, isFuzzy);
    });
  if (isEqual) return undefined;
  const message = `expr: ${JSON.stringify(expr)}, time: ${formatPrometheusDuration(evalTimeMs)}`;
  return {
    test,
    kind: 'expression',
    message,
    expected: showSamples(wanted),
    got: showSamples(result),
  };
}

function isSame(left: RuleSample, right: RuleSample, isFuzzy: boolean): boolean {
  if (left.histogram || right.histogram) {
    // promtool compares the hint, too: one that is not named is 'unknown'.
    return Boolean(
      left.histogram &&
        right.histogram &&
        left.histogram.counterReset === right.histogram.counterReset &&
        equalHistograms(left.histogram, right.histogram),
    );
  }
  const [a, b] = [left.value, right.value];
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true;
  return isFuzzy && (nextFloat(a, 1n) === b || nextFloat(a, -1n) === b);
}

const double = new Float64Array(1);
const bits = new BigInt64Array(double.buffer);

/** The neighbour of a float, up or down. */
function nextFloat(value: number, direction: 1n | -1n): number {
  if (!Number.isFinite(value)) return value;
  if (value === 0) return direction === 1n ? Number.MIN_VALUE : -Number.MIN_VALUE;
  double[0] = value;
  bits[0] = (bits[0] as bigint) + (value > 0 ? direction : -direction);
  return double[0] as number;
}

function showSamples(samples: readonly RuleSample[]): string[] {
  return [...samples]
    .sort((a, b) => compareLabels(a.labels, b.labels))
    .map(({ labels, value, histogram }) => {
      const shown = histogram ? showHistogram(histogram) : formatFloat(value, 'e');
      return `${formatLabels(labels)} ${shown}`;
    });
}

function showHistogram(histogram: Histogram): string {
  const { schema, count, sum, zeroCount, positive, negative, counterReset } = histogram;
  const buckets = (counts: Float64Array): string => [...counts].join(' ');
  const hint = counterReset === 'unknown' ? '' : `${counterReset.replace('-', '_')} `;
  return (
    `{{schema:${schema} count:${count} sum:${sum} z_bucket:${zeroCount} ` +
    `${hint && `counter_reset_hint:${hint}`}` +
    `buckets:[${buckets(positive.counts)}] n_buckets:[${buckets(negative.counts)}]}}`
  );
}
