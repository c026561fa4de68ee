// The traces that a search found: their durations over time, and a table that leads to them.

import { useCallback } from 'react';
import { Note } from '../../../component/Note.tsx';
import { Progress } from '../../../component/Progress.tsx';
import { searchTraces } from '../../../data/tempo/search.ts';
import { type RequestState, useRequest } from '../../../data/use-request.ts';
import type { ResolvedRange } from '../../../frame/time-range.ts';
import type { TraceSummary } from '../../../frame/trace.ts';
import { TraceScatter } from '../../../panel/trace-search/TraceScatter.tsx';
import { TraceTable } from '../../../panel/trace-search/TraceTable.tsx';
import { traceHref, withParams } from '../../link.ts';
import type { View } from '../../view.ts';
import { askFacts, whyEmpty } from './why-empty.ts';

const foundMax = 200;

export interface Found {
  readonly traces: readonly TraceSummary[];
  readonly range: ResolvedRange;
}

/** Undefined asks nothing. */
export function useFoundTraces(
  query: string | undefined,
  { resolved, turn }: View,
): RequestState<Found> {
  const key = `${query} ${resolved.fromMs} ${resolved.toMs} ${turn}`;
  return useRequest(query === undefined ? undefined : key, (signal) =>
    searchTraces({ query: query ?? '', range: resolved, limit: foundMax }, signal).then(
      (traces) => ({ traces, range: coveredRange(traces, resolved) }),
    ),
  );
}

interface FoundTracesProps {
  readonly found: RequestState<Found>;
  readonly view: View;
}

export function FoundTraces({ found, view }: FoundTracesProps) {
  const hrefOfTrace = useCallback(
    (trace: TraceSummary) => traceHref({ traceId: trace.traceId, range: view.range }),
    [view.range],
  );
  const { traces, range } = found.value ?? {};
  return (
    <>
      <Progress isLoading={found.isLoading} onCancel={found.cancel} />
      {traces !== undefined && range !== undefined && traces.length > 0 && (
        <>
          <TraceScatter traces={traces} range={range} hrefOfTrace={hrefOfTrace} />
          <TraceTable traces={traces} hrefOfTrace={hrefOfTrace} />
        </>
      )}
      {traces?.length === 0 && !found.isLoading && <EmptyTraces view={view} />}
      {found.isCancelled && traces === undefined && (
        <Note
          kind="empty"
          title="You stopped the search."
          steps={[{ label: 'Search again', run: view.runAgain }]}
        />
      )}
      <footer className="explore-foot">
        {traces !== undefined && <span>{countText(traces.length)}</span>}
        {found.tookMs !== undefined && <span>{Math.round(found.tookMs)} ms</span>}
      </footer>
    </>
  );
}

/** The range that the found traces tell about: only its end when there were more than asked for. */
function coveredRange(traces: readonly TraceSummary[], range: ResolvedRange): ResolvedRange {
  const oldest = traces.at(-1);
  if (traces.length < foundMax || oldest === undefined) return range;
  return { fromMs: Math.max(range.fromMs, oldest.startMs), toMs: range.toMs };
}

const countText = (count: number): string =>
  count >= foundMax
    ? `The newest ${foundMax} traces; a narrower search or time range shows others`
    : count === 1
      ? '1 trace'
      : `${count} traces`;

/** Says why there is nothing. */
export function EmptyTraces({ view }: { readonly view: View }) {
  const { resolved, place } = view;
  const { value } = useRequest(`${resolved.fromMs} ${resolved.toMs}`, (signal) =>
    askFacts(resolved, signal),
  );
  if (value === undefined) return null;
  const note = whyEmpty(value, {
    lastDay: {
      label: 'Look at the last 24 hours',
      to: withParams(place, { from: 'now-24h', to: 'now' }),
    },
    lastWeek: {
      label: 'Look at the last 7 days',
      to: withParams(place, { from: 'now-7d', to: 'now' }),
    },
    everything: { label: 'Show all traces', to: withParams(place, { q: undefined }) },
  });
  return <Note {...note} />;
}
