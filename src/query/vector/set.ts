// and, or, unless: which series stay is decided at every step, by the labels of a match.
import { groupByMatch, type Matching, matchKey } from './matching.ts';
import { mergeEqualLabels } from './merge.ts';
import type { SetOperator } from './operation.ts';
import { finishNow, type Pausable } from './pausable.ts';
import type { GridSeries } from './value.ts';

export function* combineSetsInParts(
  operator: SetOperator,
  left: readonly GridSeries[],
  right: readonly GridSeries[],
  matching: Matching,
): Pausable<readonly GridSeries[]> {
  const keyOf = matchKey(matching);
  const [kept, other] = operator === 'or' ? [right, left] : [left, right];
  const otherPresence = new Map<string, Uint8Array>();
  for (const [key, members] of groupByMatch(other, keyOf)) {
    otherPresence.set(key, anyPresent(members));
  }
  const staysWhenMatched = operator === 'and';
  const filtered: GridSeries[] = [];
  for (const series of kept) {
    yield;
    const matched = otherPresence.get(keyOf(series.labels));
    if (!matched) {
      if (!staysWhenMatched) filtered.push(series);
      continue;
    }
    const present = series.present.map((here, step) =>
      here && Boolean(matched[step]) === staysWhenMatched ? 1 : 0,
    );
    if (present.includes(1)) filtered.push({ ...series, present });
  }
  return operator === 'or' ? mergeEqualLabels([...left, ...filtered]) : filtered;
}

/** The same without a pause. */
export function combineSets(
  operator: SetOperator,
  left: readonly GridSeries[],
  right: readonly GridSeries[],
  matching: Matching,
): readonly GridSeries[] {
  return finishNow(combineSetsInParts(operator, left, right, matching));
}

function anyPresent(members: readonly GridSeries[]): Uint8Array {
  const first = members[0] as GridSeries;
  if (members.length === 1) return first.present;
  const any = first.present.slice();
  for (const { present } of members) {
    for (let step = 0; step < any.length; step++) {
      if (present[step]) any[step] = 1;
    }
  }
  return any;
}
