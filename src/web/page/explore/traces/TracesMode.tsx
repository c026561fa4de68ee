// Explore traces: search form at the left, query, durations over time and the found traces.

import { type FormEvent, useCallback, useMemo, useState } from 'react';
import { Note } from '../../../component/Note.tsx';
import { Progress } from '../../../component/Progress.tsx';
import { useShortcuts } from '../../../component/use-shortcuts.ts';
import { searchTraces } from '../../../data/tempo/search.ts';
import { useRequest } from '../../../data/use-request.ts';
import type { ResolvedRange } from '../../../frame/time-range.ts';
import type { TraceSummary } from '../../../frame/trace.ts';
import { navigate } from '../../../location.ts';
import { TraceScatter } from '../../../panel/trace-search/TraceScatter.tsx';
import { TraceTable } from '../../../panel/trace-search/TraceTable.tsx';
import { traceHref, withParams } from '../../link.ts';
import type { View } from '../../view.ts';
import type { ModeProps } from '../mode-props.ts';
import { QueryBar } from '../QueryBar.tsx';
import { SearchFields } from './SearchFields.tsx';
import { useTraceLookups } from './use-trace-lookups.ts';
import { askFacts, whyEmpty } from './why-empty.ts';
import './traces.css';

const foundMax = 200;

export default function TracesMode({ view, query: asked }: ModeProps) {
  const query = asked ?? '{}';
  const { resolved, place, runAgain } = view;
  const found = useRequest(`${query} ${resolved.fromMs} ${resolved.toMs} ${view.turn}`, (signal) =>
    searchTraces({ query, range: resolved, limit: foundMax }, signal).then((traces) => ({
      traces,
      range: coveredRange(traces, resolved),
    })),
  );
  const lookups = useTraceLookups(resolved);
  useShortcuts({ Escape: found.cancel });
  const ask = useCallback(
    (next: string) => {
      navigate(withParams(place, { q: next === '' || next === '{}' ? undefined : next }));
      runAgain();
    },
    [place, runAgain],
  );
  const hrefOfTrace = useCallback(
    (trace: TraceSummary) => traceHref({ traceId: trace.traceId, range: view.range }),
    [view.range],
  );
  const traces = found.value?.traces;
  return (
    <div className="explore">
      <aside className="explore-side" aria-label="Search">
        <SearchFields query={query} range={resolved} onQuery={ask} />
        <TraceById view={view} />
      </aside>
      <section className="explore-main">
        <QueryBar
          language="traceql"
          query={query}
          label="TraceQL query"
          placeholder="Write TraceQL, or fill in the form at the left"
          lookups={lookups}
          error={found.error}
          onRun={ask}
        />
        <div className="explore-answer">
          <Progress isLoading={found.isLoading} onCancel={found.cancel} />
          {found.value !== undefined && found.value.traces.length > 0 && (
            <>
              <TraceScatter
                traces={found.value.traces}
                range={found.value.range}
                hrefOfTrace={hrefOfTrace}
              />
              <TraceTable traces={found.value.traces} hrefOfTrace={hrefOfTrace} />
            </>
          )}
          {traces?.length === 0 && !found.isLoading && <EmptyTraces view={view} />}
          {found.isCancelled && traces === undefined && (
            <Note
              kind="empty"
              title="You stopped the search."
              steps={[{ label: 'Search again', run: runAgain }]}
            />
          )}
        </div>
        <footer className="explore-foot">
          {traces !== undefined && <span>{countText(traces.length)}</span>}
          {found.tookMs !== undefined && <span>{Math.round(found.tookMs)} ms</span>}
        </footer>
      </section>
    </div>
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

function EmptyTraces({ view }: { readonly view: View }) {
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

function TraceById({ view }: { readonly view: View }) {
  const [text, setText] = useState('');
  const traceId = useMemo(() => text.trim().replaceAll('-', '').toLowerCase(), [text]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (traceId !== '') navigate(traceHref({ traceId, range: view.range }));
  };
  return (
    <form className="trace-by-id" onSubmit={submit}>
      <label>
        <span>Open a trace by its id</span>
        <input
          className="input mono"
          value={text}
          placeholder="4bf92f3577b34da6…"
          onChange={(event) => setText(event.target.value)}
        />
      </label>
    </form>
  );
}
