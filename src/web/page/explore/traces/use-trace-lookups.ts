// Completion for TraceQL from the attributes of the range.

import { useMemo } from 'react';
import { queryTags, queryTagValues } from '../../../data/tempo/search-tags.ts';
import type { Lookups, NameOption } from '../../../editor/completion.ts';
import type { ResolvedRange } from '../../../frame/time-range.ts';
import { coarse } from '../metrics/use-metrics.ts';

const functions: readonly NameOption[] = [
  ['count', 'Spans that matched.'],
  ['avg', 'Mean over the matched spans.'],
  ['min', 'Smallest over the matched spans.'],
  ['max', 'Largest over the matched spans.'],
  ['sum', 'Sum over the matched spans.'],
  ['select', 'More attributes of the matched spans.'],
].map(([name = '', detail = '']) => ({ name, detail, kind: 'function' }));

export function useTraceLookups(resolved: ResolvedRange): Lookups {
  const { fromMs, toMs } = coarse(resolved);
  return useMemo(() => {
    const range = { fromMs, toMs };
    const signal = AbortSignal.timeout(600_000);
    return {
      names: async () => functions,
      labels: () => queryTags(range, signal),
      values: async (tag) => {
        const values = await queryTagValues({ tag, range }, signal);
        return values.map(({ type, value }) => ({ value, isBare: type !== 'string' }));
      },
      stages: async () => functions,
    };
  }, [fromMs, toMs]);
}
