// Completion for LogQL from the streams of the range.

import { useMemo } from 'react';
import { queryLogLabels, queryLogLabelValues } from '../../../data/loki/labels.ts';
import type { Lookups, NameOption } from '../../../editor/completion.ts';
import { logqlStages } from '../../../editor/definition-names.ts';
import type { ResolvedRange } from '../../../frame/time-range.ts';
import { coarse } from '../metrics/use-metrics.ts';

const functions: readonly NameOption[] = [
  ['count_over_time', 'Lines in each window.'],
  ['rate', 'Lines per second.'],
  ['bytes_over_time', 'Bytes of lines in each window.'],
  ['bytes_rate', 'Bytes of lines per second.'],
  ['sum', 'Adds series up.'],
  ['avg', 'Mean of series.'],
  ['min', 'Smallest of series.'],
  ['max', 'Largest of series.'],
  ['count', 'Number of series.'],
  ['topk', 'The largest k series.'],
].map(([name = '', detail = '']) => ({ name, detail, kind: 'function' }));

export function useLogLookups(resolved: ResolvedRange): Lookups {
  const { fromMs, toMs } = coarse(resolved);
  return useMemo(() => {
    const range = { fromMs, toMs };
    const signal = AbortSignal.timeout(600_000);
    return {
      names: async () => functions,
      labels: () => queryLogLabels(range, signal),
      values: async (name) => {
        const values = await queryLogLabelValues({ name, range }, signal);
        return values.map((value) => ({ value }));
      },
      stages: logqlStages,
    };
  }, [fromMs, toMs]);
}
