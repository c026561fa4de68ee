// A TraceQL metrics query as a chart, with exemplars that lead to traces.

import { useCallback } from 'react';
import { Note } from '../../../component/Note.tsx';
import { Progress } from '../../../component/Progress.tsx';
import { queryTraceMetrics, type TraceMetrics } from '../../../data/tempo/metrics-query-range.ts';
import { type RequestState, useRequest } from '../../../data/use-request.ts';
import { alignRange, chooseStep } from '../../../frame/align.ts';
import type { Exemplar } from '../../../frame/series.ts';
import { TimeSeries } from '../../../panel/time-series/TimeSeries.tsx';
import { traceHref } from '../../link.ts';
import type { View } from '../../view.ts';
import type { AskedSeries } from './asked.ts';
import { EmptyTraces } from './FoundTraces.tsx';

/** Undefined asks nothing; so does a width of 0. */
export function useSeries(
  asked: { readonly query: string; readonly isOfTimes: boolean } | undefined,
  { resolved, turn }: View,
  width: number,
): RequestState<TraceMetrics> {
  const { fromMs, toMs } = resolved;
  // Spans are counted per step: fewer, wider steps than those of a gauge say more.
  const stepMs = chooseStep(toMs - fromMs, Math.max(60, width / 6));
  const grid = alignRange({ fromMs, toMs, stepMs });
  const key = `${asked?.query} ${grid.fromMs} ${grid.toMs} ${stepMs} ${toMs} ${turn}`;
  return useRequest(asked === undefined || width === 0 ? undefined : key, (signal) =>
    queryTraceMetrics({ query: '', isOfTimes: false, ...asked, grid }, signal),
  );
}

interface SeriesViewProps {
  readonly query: string;
  readonly asked: AskedSeries;
  readonly answer: RequestState<TraceMetrics>;
  readonly view: View;
}

export function SeriesView({ query, asked, answer, view }: SeriesViewProps) {
  const hrefOfTrace = useCallback(
    ({ traceId, spanId }: Exemplar) =>
      traceHref({ traceId: traceId ?? '', spanId, range: view.range }),
    [view.range],
  );
  const { value } = answer;
  const count = value?.series.length ?? 0;
  return (
    <>
      <Progress isLoading={answer.isLoading} onCancel={answer.cancel} />
      {value !== undefined && count > 0 && (
        <TimeSeries
          series={value.series}
          grid={value.grid}
          nameless={query}
          format={asked.format}
          exemplars={value.exemplars}
          exemplarsByValue={asked.exemplarsByValue}
          hrefOfTrace={hrefOfTrace}
          onZoom={view.zoom}
        />
      )}
      {value !== undefined && count === 0 && !answer.isLoading && <EmptyTraces view={view} />}
      {answer.isCancelled && value === undefined && (
        <Note
          kind="empty"
          title="You stopped the query."
          steps={[{ label: 'Run it again', run: view.runAgain }]}
        />
      )}
      <footer className="explore-foot">
        {value !== undefined && <span>{count === 1 ? '1 series' : `${count} series`}</span>}
        {value !== undefined && <span>step {value.grid.stepMs / 1000} s</span>}
        {answer.tookMs !== undefined && <span>{Math.round(answer.tookMs)} ms</span>}
      </footer>
    </>
  );
}
