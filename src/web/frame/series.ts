// One series of a metric query as columns, and what is said about it in a legend.

export type Labels = Readonly<Record<string, string>>;

/** Ascending times in milliseconds; no entry where there is no sample. */
export interface SeriesFrame {
  readonly labels: Labels;
  readonly times: Float64Array;
  readonly values: Float64Array;
}

/** A value that was recorded together with the trace it came from. */
export interface Exemplar {
  readonly timeMs: number;
  readonly value: number;
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
  readonly labels: Labels;
  readonly seriesLabels: Labels;
}

export interface SeriesStats {
  readonly last: number | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly mean: number | undefined;
}

/** Over finite values only. */
export function statsOf(values: ArrayLike<number>): SeriesStats {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let count = 0;
  let last: number | undefined;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    if (!Number.isFinite(value)) continue;
    last = value;
    sum += value;
    count++;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (count === 0) return { last: undefined, min: undefined, max: undefined, mean: undefined };
  return { last, min, max, mean: sum / count };
}

/**
 * Names of series for a legend: only the labels in which the series differ, so that the reader sees
 * `POST 200` and not the forty characters that all of them share. One series alone keeps its labels; `nameless` is what a
 * series without labels is called.
 */
export function legendNames(
  series: readonly { readonly labels: Labels }[],
  nameless = 'value',
): string[] {
  const first = series[0];
  if (first === undefined) return [];
  if (series.length === 1) return [printLabels(first.labels) || nameless];
  const names = new Set(series.flatMap((one) => Object.keys(one.labels)));
  const differing = [...names].filter((name) =>
    series.some((one) => one.labels[name] !== first.labels[name]),
  );
  return series.map(
    ({ labels }) =>
      differing
        .filter((name) => labels[name] !== undefined)
        .map((name) => {
          const isPlain = name === '__name__' || differing.length === 1;
          return isPlain ? labels[name] : `${name}=${labels[name]}`;
        })
        .join('  ') ||
      printLabels(labels) ||
      nameless,
  );
}

/** `name{a="b"}` as a query would write it. */
export function printLabels(labels: Labels): string {
  const { __name__: name, ...rest } = labels;
  const pairs = Object.entries(rest).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return (name ?? '') + (pairs.length > 0 ? `{${pairs.join(', ')}}` : '');
}
