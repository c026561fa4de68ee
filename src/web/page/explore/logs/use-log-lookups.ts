// Completion for LogQL from the streams of the range.

import { useMemo } from 'react';
import { queryLogLabels, queryLogLabelValues } from '../../../data/loki/labels.ts';
import type { Lookups } from '../../../editor/completion.ts';
import {
  logqlNames,
  logqlStages,
  logqlTemplateFunctions,
} from '../../../editor/definition-names.ts';
import type { ResolvedRange } from '../../../frame/time-range.ts';
import { coarse } from '../metrics/use-metrics.ts';

export function useLogLookups(resolved: ResolvedRange): Lookups {
  const { fromMs, toMs } = coarse(resolved);
  return useMemo(() => {
    const range = { fromMs, toMs };
    const signal = AbortSignal.timeout(600_000);
    return {
      names: logqlNames,
      labels: () => queryLogLabels(range, signal),
      values: async (name) => {
        const values = await queryLogLabelValues({ name, range }, signal);
        return values.map((value) => ({ value }));
      },
      stages: logqlStages,
      templateFunctions: logqlTemplateFunctions,
    };
  }, [fromMs, toMs]);
}
