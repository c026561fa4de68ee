// sum and avg of groups that have histograms: at each step of histograms alone or of numbers alone;
// where both come together there is no result, and a note.
import type { Group } from './group.ts';
import type { Histogram } from './histogram/histogram.ts';
import { meanHistograms, sumHistograms } from './histogram/total.ts';
import { labelOf, METRIC_NAME } from './label.ts';
import {
  mismatchedBounds,
  mixedAggregation,
  mixedSchemas,
  resetCollision,
  type TakeNote,
} from './note.ts';
import type { Pausable } from './pausable.ts';
import { Points } from './point.ts';
import { meanOf, sumOf } from './sum.ts';
import type { GridSeries } from './value.ts';

type MixedName = 'sum' | 'avg';

export function* foldMixed(
  name: MixedName,
  { labels, members }: Group,
  note: TakeNote,
): Pausable<GridSeries> {
  const count = members[0]?.values.length ?? 0;
  const points = new Points(count);
  const numbers = new Float64Array(members.length);
  for (let step = 0; step < count; step++) {
    const present = members.filter((member) => member.present[step]);
    const holders = present.filter(({ histograms }) => histograms?.[step]);
    if (holders.length === 0) {
      present.forEach((member, i) => {
        numbers[i] = member.values[step] as number;
      });
      const size = present.length;
      if (size > 0) {
        points.set(step, name === 'sum' ? sumOf(numbers, 0, size) : meanOf(numbers, 0, size));
      }
    } else if (holders.length < present.length) note(mixedAggregation);
    else {
      const folded = foldHistograms(name, holders, step, note);
      if (folded) points.set(step, folded);
    }
    yield;
  }
  const dropsName = members.some((member) => member.dropsName);
  const empty = { values: new Float64Array(count), present: new Uint8Array(count) };
  return { labels, ...(dropsName && { dropsName }), ...(points.parts ?? empty) };
}

function foldHistograms(
  name: MixedName,
  holders: readonly GridSeries[],
  step: number,
  note: TakeNote,
): Histogram | undefined {
  const histograms = holders.map((holder) => holder.histograms?.[step] as Histogram);
  const total = name === 'sum' ? sumHistograms(histograms) : meanHistograms(histograms);
  if (total.boundsReconciled) note(mismatchedBounds('aggregation'));
  if (total.histogram === undefined) {
    note(mixedSchemas(labelOf(holders[total.incompatibleAt]?.labels ?? {}, METRIC_NAME)));
    return undefined;
  }
  if (total.resetsCollide) note(resetCollision('aggregation'));
  return total.histogram;
}
