// and, or, unless: which series stay is decided at every step, by the labels of a match.
import { groupByMatch, type Matching, matchKey } from './matching.ts';
import { mergeEqualLabels } from './merge.ts';
import type { SetOperator } from './operation.ts';
import type { GridSeries } from './value.ts';

export function combineSets(
  operator: SetOperator,
  left: readonly GridSeries[],
  right: readonly GridSeries[],
  matching: Matching,
): readonly GridSeries[] {
  const keyOf = matchKey(matching);
  const [kept, other] = operator === 'or' ? [right, left] : [left, right];
  const otherPresence = new Map<string, Uint8Array>();
  for (const [key, members] of groupByMatch(other, keyOf)) {
    otherPresence.set(key, anyPresent(members));
  }
  const staysWhenMatched = operator === 'and';
  const filtered = kept.flatMap((series): readonly GridSeries[] => {
    const matched = otherPresence.get(keyOf(series.labels));
    if (!matched) return staysWhenMatched ? [] : [series];
    const present = series.present.map((here, step) =>
      here && Boolean(matched[step]) === staysWhenMatched ? 1 : 0,
    );
    return present.includes(1) ? [{ ...series, present }] : [];
  });
  return operator === 'or' ? mergeEqualLabels([...left, ...filtered]) : filtered;
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
