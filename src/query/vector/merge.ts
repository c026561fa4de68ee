// Series of one result must differ in their labels at every step. Those that share labels but never
// a step (one ended before the other began) become one series. A name that is to go and one that is
// to stay are not the same.
import { InputError } from '#lib/errors.ts';
import { formatLabels } from './label.ts';
import { type GridSeries, labelsKey } from './value.ts';

export function mergeEqualLabels(series: readonly GridSeries[]): readonly GridSeries[] {
  const first = new Map<string, number>();
  let merged: GridSeries[] | undefined;
  for (const [i, one] of series.entries()) {
    const key = one.dropsName ? `${labelsKey(one.labels)}-` : labelsKey(one.labels);
    const known = first.get(key);
    if (known === undefined) {
      first.set(key, merged ? merged.length : i);
      merged?.push(one);
      continue;
    }
    merged ??= series.slice(0, i);
    merged[known] = overlay(merged[known] as GridSeries, one);
  }
  return merged ?? series;
}

function overlay(below: GridSeries, above: GridSeries): GridSeries {
  const values = below.values.slice();
  const present = below.present.slice();
  const hasHistograms = below.histograms !== undefined || above.histograms !== undefined;
  const histograms = hasHistograms
    ? Array.from(present, (_, i) => below.histograms?.[i])
    : undefined;
  for (let i = 0; i < present.length; i++) {
    if (!above.present[i]) continue;
    if (present[i]) {
      throw new InputError(
        'vector_duplicate_series',
        'vector cannot contain metrics with the same labelset',
        { hint: `The result has ${formatLabels(below.labels)} twice.` },
      );
    }
    present[i] = 1;
    values[i] = above.values[i] as number;
    if (histograms) histograms[i] = above.histograms?.[i];
  }
  return { ...below, values, present, ...(histograms && { histograms }) };
}

/** Series without a value at any step are none. */
export function withoutEmpty(series: readonly GridSeries[]): readonly GridSeries[] {
  return series.filter(({ present }) => present.includes(1));
}
