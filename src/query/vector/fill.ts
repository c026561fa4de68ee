// The fill modifiers: where one side of an operator has nothing for a match, a series of a given value
// stands in, with only the labels of the match.
import { groupByMatch, type Matching, matchKey, matchLabels } from './matching.ts';
import type { GridSeries } from './value.ts';

/** `side` and the series that stand in for what it lacks. */
export function fillMissing(
  side: readonly GridSeries[],
  other: readonly GridSeries[],
  { matching, value }: { readonly matching: Matching; readonly value: number | undefined },
): readonly GridSeries[] {
  if (value === undefined) return side;
  const keyOf = matchKey(matching);
  const known = groupByMatch(side, keyOf);
  const standIns: GridSeries[] = [];
  for (const [key, members] of groupByMatch(other, keyOf)) {
    const [first] = members as [GridSeries];
    const own = known.get(key) ?? [];
    const present = first.present.map((_, step) => {
      const isWanted = members.some((member) => member.present[step]);
      return isWanted && !own.some((member) => member.present[step]) ? 1 : 0;
    });
    if (!present.includes(1)) continue;
    const values = new Float64Array(present.length).fill(value);
    standIns.push({ labels: matchLabels(matching, first.labels), values, present });
  }
  return [...side, ...standIns];
}
