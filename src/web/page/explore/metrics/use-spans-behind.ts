// From a point of a metric made of traces to the spans that it counted.

import { useMemo, useState } from 'react';
import { spansOfSeries } from '../../../data/spans-of-series.ts';
import { absoluteRange } from '../../../frame/time-range.ts';
import { navigate } from '../../../location.ts';
import type { PointAction } from '../../../panel/time-series/TimeSeries.tsx';
import { exploreHref } from '../../link.ts';
import { derivedSelector, toSeriesPoint } from './spans-behind.ts';

interface SpansBehind {
  /** Undefined where the query is not about metrics made of traces. */
  readonly action: PointAction | undefined;
  /** Why the last point does not lead to spans. */
  readonly problem: string | undefined;
}

export function useSpansBehind(query: string, stepMs = 60_000): SpansBehind {
  const [problem, setProblem] = useState<string>();
  const action = useMemo((): PointAction | undefined => {
    const found = derivedSelector(query);
    if (found === undefined) return undefined;
    const open = async (labels: Readonly<Record<string, string>>, timeMs: number) => {
      const point = toSeriesPoint(found, { labels, timeMs, stepMs });
      const { traceql, range } = await spansOfSeries(point, AbortSignal.timeout(60_000));
      const shown = absoluteRange(range.fromMs, range.toMs);
      navigate(exploreHref({ mode: 'traces', query: traceql, range: shown }));
    };
    return {
      label: 'Spans behind this point',
      run: (labels, timeMs) => {
        setProblem(undefined);
        open(labels, timeMs).catch((error: unknown) =>
          setProblem(error instanceof Error ? error.message : String(error)),
        );
      },
    };
  }, [query, stepMs]);
  return { action, problem };
}
