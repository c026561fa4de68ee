// topk, bottomk and limitk: some of the series of each group, chosen anew at every step. They keep
// all their labels. A NaN is last in both orders; of equal values the earlier series wins.
import { InputError } from '#lib/errors.ts';
import { type Grouping, groupSeries } from './group.ts';
import { ignoredHistogram, type TakeNote, takeNoNotes } from './note.ts';
import { finishNow, type Pausable } from './pausable.ts';
import type { GridSeries } from './value.ts';

export type TopName = 'topk' | 'bottomk' | 'limitk';

/**
 * `k` per step; less than one means nothing. Series chosen at no step are left out.
 * With one step the result of each group is in the order of the ranking. topk and bottomk pass over
 * histograms. Throws InputError `vector_parameter` for a k that is no integer.
 */
export function* aggregateTopInParts(
  name: TopName,
  k: Float64Array,
  series: readonly GridSeries[],
  grouping: Grouping,
  note: TakeNote = takeNoNotes,
): Pausable<readonly GridSeries[]> {
  const sizes = Array.from(k, sizeOf);
  const results: GridSeries[] = [];
  for (const { members } of groupSeries(series, grouping)) {
    const present = members.map((member) => new Uint8Array(member.values.length));
    let ranking: readonly number[] = [];
    for (const [step, size] of sizes.entries()) {
      if (size < 1) continue;
      ranking = rank(name, members, step, note).slice(0, size);
      for (const member of ranking) (present[member] as Uint8Array)[step] = 1;
      yield;
    }
    const chosen = sizes.length === 1 ? ranking : members.keys();
    for (const member of chosen) {
      const steps = present[member] as Uint8Array;
      if (steps.includes(1)) results.push({ ...(members[member] as GridSeries), present: steps });
    }
  }
  return results;
}

/** The same without a pause. */
export function aggregateTop(
  name: TopName,
  k: Float64Array,
  series: readonly GridSeries[],
  grouping: Grouping,
): readonly GridSeries[] {
  return finishNow(aggregateTopInParts(name, k, series, grouping));
}

function rank(
  name: TopName,
  members: readonly GridSeries[],
  step: number,
  note: TakeNote,
): number[] {
  const candidates: number[] = [];
  for (const [place, member] of members.entries()) {
    if (!member.present[step]) continue;
    if (name !== 'limitk' && member.histograms?.[step]) note(ignoredHistogram(name));
    else candidates.push(place);
  }
  if (name === 'limitk') return candidates;
  const sign = name === 'topk' ? -1 : 1;
  const valueAt = (member: number): number =>
    (members[member] as GridSeries).values[step] as number;
  return candidates.sort((a, b) => {
    const left = valueAt(a);
    const right = valueAt(b);
    if (Number.isNaN(left) || Number.isNaN(right)) {
      return Number(Number.isNaN(left)) - Number(Number.isNaN(right)) || a - b;
    }
    return left === right ? a - b : sign * (left < right ? -1 : 1);
  });
}

function sizeOf(k: number): number {
  if (Number.isNaN(k)) throw new InputError('vector_parameter', 'Parameter value is NaN');
  if (Math.abs(k) >= 2 ** 63) {
    throw new InputError('vector_parameter', `Scalar value ${k} overflows int64`);
  }
  return Math.trunc(k);
}
