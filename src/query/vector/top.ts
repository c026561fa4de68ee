// topk, bottomk and limitk: some of the series of each group, chosen anew at every step. They keep
// all their labels. A NaN is last in both orders; of equal values the earlier series wins.
import { InputError } from '#lib/errors.ts';
import { type Grouping, groupSeries } from './group.ts';
import type { GridSeries } from './value.ts';

export type TopName = 'topk' | 'bottomk' | 'limitk';

/**
 * `k` per step; less than one means nothing. Series chosen at no step are left out.
 * With one step the result of each group is in the order of the ranking.
 * Throws InputError `vector_parameter` for a k that is no integer.
 */
export function aggregateTop(
  name: TopName,
  k: Float64Array,
  series: readonly GridSeries[],
  grouping: Grouping,
): readonly GridSeries[] {
  const sizes = Array.from(k, sizeOf);
  return groupSeries(series, grouping).flatMap(({ members }) => {
    const present = members.map((member) => new Uint8Array(member.values.length));
    let ranking: number[] = [];
    for (const [step, size] of sizes.entries()) {
      if (size < 1) continue;
      ranking = rank(name, members, step).slice(0, size);
      for (const member of ranking) (present[member] as Uint8Array)[step] = 1;
    }
    const chosen = sizes.length === 1 ? ranking : members.map((_, member) => member);
    return chosen
      .filter((member) => (present[member] as Uint8Array).includes(1))
      .map((member) => ({
        ...(members[member] as GridSeries),
        present: present[member] as Uint8Array,
      }));
  });
}

function rank(name: TopName, members: readonly GridSeries[], step: number): number[] {
  const candidates: number[] = [];
  for (let member = 0; member < members.length; member++) {
    if (members[member]?.present[step]) candidates.push(member);
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
