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
  ['coalesce', 'All span sets of a trace as one.'],
  ['rate', 'Spans per second.'],
  ['count_over_time', 'Spans of each step.'],
  ['min_over_time', 'Smallest value of each step.'],
  ['max_over_time', 'Largest value of each step.'],
  ['avg_over_time', 'Mean of each step.'],
  ['sum_over_time', 'Sum of each step.'],
  ['quantile_over_time', 'Quantiles of each step: (duration, .5, .9).'],
  ['histogram_over_time', 'How values are spread in each step.'],
  ['compare', 'What tells some of the spans from the others: ({ status = error }).'],
  ['topk', 'The largest series only.'],
  ['bottomk', 'The smallest series only.'],
].map(([name = '', detail = '']) => ({ name, detail, kind: 'function' }));

const keywords: readonly NameOption[] = [
  ['by', 'Groups: by (resource.service.name).'],
  ['with', 'Hints: with (exemplars=true).'],
].map(([name = '', detail = '']) => ({ name, detail, kind: 'keyword' }));

const names = [...functions, ...keywords];

export function useTraceLookups(resolved: ResolvedRange): Lookups {
  const { fromMs, toMs } = coarse(resolved);
  return useMemo(() => {
    const range = { fromMs, toMs };
    const signal = AbortSignal.timeout(600_000);
    return {
      names: async () => names,
      labels: () => queryTags(range, signal),
      values: async (tag) => {
        const values = await queryTagValues({ tag, range }, signal);
        return values.map(({ type, value }) => ({ value, isBare: type !== 'string' }));
      },
      stages: async () => names,
    };
  }, [fromMs, toMs]);
}
