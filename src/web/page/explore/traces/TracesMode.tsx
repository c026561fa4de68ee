// Explore traces: search form at the left, query, and what it asks for: traces, series or a comparison.

import { type FormEvent, useCallback, useMemo, useState } from 'react';
import { useShortcuts } from '../../../component/use-shortcuts.ts';
import { useSize } from '../../../component/use-size.ts';
import { navigate } from '../../../location.ts';
import { traceHref, withParams } from '../../link.ts';
import type { View } from '../../view.ts';
import type { ModeProps } from '../mode-props.ts';
import { QueryBar } from '../QueryBar.tsx';
import { whatIsAsked } from './asked.ts';
import { ComparisonView, useComparison } from './ComparisonView.tsx';
import { FoundTraces, useFoundTraces } from './FoundTraces.tsx';
import { SearchFields } from './SearchFields.tsx';
import { SeriesView, useSeries } from './SeriesView.tsx';
import { useTraceLookups } from './use-trace-lookups.ts';
import { ViewSwitch } from './ViewSwitch.tsx';
import './traces.css';

export default function TracesMode({ view, query: given }: ModeProps) {
  const query = given ?? '{}';
  const { resolved, place, runAgain } = view;
  const asked = useMemo(() => whatIsAsked(query), [query]);
  const [answerRef, size] = useSize<HTMLDivElement>();
  const found = useFoundTraces(asked.kind === 'traces' ? query : undefined, view);
  const series = useSeries(
    asked.kind === 'series' ? { query, isOfTimes: asked.isOfTimes } : undefined,
    view,
    size.width,
  );
  const comparison = useComparison(asked.kind === 'comparison' ? asked : undefined, view);
  const answer = { traces: found, series, comparison }[asked.kind];
  const lookups = useTraceLookups(resolved);
  useShortcuts({ Escape: answer.cancel });
  const ask = useCallback(
    (next: string) => {
      navigate(withParams(place, { q: next === '' || next === '{}' ? undefined : next }));
      runAgain();
    },
    [place, runAgain],
  );
  return (
    <div className="explore">
      <aside className="explore-side" aria-label="Search">
        <SearchFields
          query={asked.spans}
          range={resolved}
          onQuery={(spans) => ask(spans + asked.rest)}
        />
        <TraceById view={view} />
      </aside>
      <section className="explore-main">
        <QueryBar
          language="traceql"
          query={query}
          label="TraceQL query"
          placeholder="Write TraceQL, or fill in the form at the left"
          lookups={lookups}
          error={answer.error}
          onRun={ask}
        >
          <ViewSwitch asked={asked} onQuery={ask} />
        </QueryBar>
        <div className="explore-answer" ref={answerRef}>
          {asked.kind === 'traces' && <FoundTraces found={found} view={view} />}
          {asked.kind === 'series' && (
            <SeriesView query={query} asked={asked} answer={series} view={view} />
          )}
          {asked.kind === 'comparison' && (
            <ComparisonView asked={asked} answer={comparison} view={view} onQuery={ask} />
          )}
        </div>
      </section>
    </div>
  );
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
