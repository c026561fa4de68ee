// Explore metrics: the list of metrics at the left, the query and its chart at the right. Nobody has
// to write a query: a click on a metric asks the one that makes sense for it.

import { useCallback, useMemo } from 'react';
import { formatOfQuery } from '../../../chart/format.ts';
import { FilterList } from '../../../component/FilterList.tsx';
import { Note } from '../../../component/Note.tsx';
import { Progress } from '../../../component/Progress.tsx';
import { useShortcuts } from '../../../component/use-shortcuts.ts';
import { useSize } from '../../../component/use-size.ts';
import { queryExemplars } from '../../../data/prometheus/exemplars.ts';
import { queryRange, type RangeAnswer } from '../../../data/prometheus/query-range.ts';
import { type RequestState, useRequest } from '../../../data/use-request.ts';
import { metricIn } from '../../../editor/context.ts';
import { alignRange, chooseStep } from '../../../frame/align.ts';
import type { Exemplar } from '../../../frame/series.ts';
import { navigate } from '../../../location.ts';
import { TimeSeries } from '../../../panel/time-series/TimeSeries.tsx';
import { exploreHref, traceHref, withParams } from '../../link.ts';
import type { View } from '../../view.ts';
import type { ModeProps } from '../mode-props.ts';
import { QueryBar } from '../QueryBar.tsx';
import { EmptyMetrics } from './EmptyMetrics.tsx';
import { findFamily } from './families.ts';
import { Overview } from './Overview.tsx';
import { PickBar } from './PickBar.tsx';
import { chooseWindow, exemplarQuery, firstQuery } from './suggest-query.ts';
import { useKnownMetrics, useMetricLookups } from './use-metrics.ts';
import { useSpansBehind } from './use-spans-behind.ts';
import './metrics.css';

export default function MetricsMode({ view, query, job }: ModeProps) {
  const known = useKnownMetrics(view.resolved, job);
  const lookups = useMetricLookups(known.families, view.resolved);
  const family = query === undefined ? undefined : findFamily(known.families, metricIn(query));
  const [answerRef, size] = useSize<HTMLDivElement>();
  const answer = useRangeAnswer(view, query, size.width);
  useShortcuts({ Escape: answer.cancel });
  const hrefOf = useCallback(
    (next: string | undefined) =>
      exploreHref({
        mode: 'metrics',
        query: next === '' ? undefined : next,
        range: view.range,
        refresh: view.refresh === 'off' ? undefined : view.refresh,
        job,
      }),
    [view.range, view.refresh, job],
  );
  const ask = useCallback(
    (next: string) => {
      navigate(hrefOf(next));
      view.runAgain();
    },
    [hrefOf, view.runAgain],
  );
  const matchers = job === undefined ? '' : `job=${JSON.stringify(job)}`;
  const items = useMemo(
    () => known.families.map(({ name, kind, help }) => ({ name, tag: kind, title: help || name })),
    [known.families],
  );
  return (
    <div className="explore">
      <aside className="explore-side" aria-label="Metrics">
        <select
          className="input"
          aria-label="Service"
          value={job ?? ''}
          onChange={(event) =>
            navigate(withParams(view.place, { job: event.target.value || undefined, q: undefined }))
          }
        >
          <option value="">All services</option>
          {known.jobs.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
        <FilterList
          label="Search metrics"
          items={items}
          placeholder={`Search ${items.length} metrics`}
          selected={family?.name}
          emptyText={known.isLoaded ? 'No metrics in this time range.' : ''}
          onPick={(name) => {
            const picked = known.families.find((one) => one.name === name);
            if (picked !== undefined)
              ask(firstQuery(picked, chooseWindow(view.resolved), matchers));
          }}
        />
      </aside>
      <section className="explore-main">
        <QueryBar
          language="promql"
          query={query ?? ''}
          label="PromQL query"
          placeholder="Write PromQL, or choose a metric at the left"
          lookups={lookups}
          error={answer.error}
          onRun={ask}
        >
          {query !== undefined &&
            (family === undefined ? (
              <div className="pick-bar" />
            ) : (
              <PickBar family={family} query={query} range={view.resolved} onQuery={ask} />
            ))}
        </QueryBar>
        <div className="explore-answer" ref={answerRef}>
          {query === undefined ? (
            <Overview known={known} view={view} matchers={matchers} hrefOf={hrefOf} />
          ) : (
            <Answer view={view} query={query} answer={answer} hrefOf={hrefOf} />
          )}
        </div>
      </section>
    </div>
  );
}

function useRangeAnswer(
  view: View,
  query: string | undefined,
  width: number,
): RequestState<RangeAnswer> {
  const { fromMs, toMs } = view.resolved;
  // One point for every three pixels is as much as an eye can follow.
  const stepMs = chooseStep(toMs - fromMs, Math.max(60, width / 3));
  const grid = alignRange({ fromMs, toMs, stepMs });
  const isReady = query !== undefined && width > 0;
  return useRequest(
    isReady
      ? `${query} ${grid.fromMs} ${grid.toMs} ${grid.stepMs} ${toMs} ${view.turn}`
      : undefined,
    (signal) => queryRange(query ?? '', grid, signal),
  );
}

interface AnswerProps {
  readonly view: View;
  readonly query: string;
  readonly answer: RequestState<RangeAnswer>;
  readonly hrefOf: (query: string) => string;
}

function Answer({ view, query, answer, hrefOf }: AnswerProps) {
  const { value } = answer;
  const { fromMs, toMs } = view.resolved;
  const exemplars = useRequest(`${query} ${fromMs} ${toMs} ${view.turn}`, (signal) =>
    queryExemplars(exemplarQuery(query), { fromMs, toMs }, signal),
  );
  const format = useMemo(() => formatOfQuery(query), [query]);
  const hrefOfTrace = useCallback(
    ({ traceId, spanId }: Exemplar) =>
      traceHref({ traceId: traceId ?? '', spanId, range: view.range }),
    [view.range],
  );
  const spans = useSpansBehind(query, value?.grid.stepMs);
  return (
    <>
      <Progress isLoading={answer.isLoading} onCancel={answer.cancel} />
      {value !== undefined && value.series.length > 0 && (
        <TimeSeries
          series={value.series}
          grid={value.grid}
          nameless={query}
          format={format}
          exemplars={exemplars.value ?? noExemplars}
          exemplarsByValue={/histogram_quantile|_sum/.test(query)}
          hrefOfTrace={hrefOfTrace}
          onZoom={view.zoom}
          pointAction={spans.action}
        />
      )}
      {value !== undefined && value.series.length === 0 && !answer.isLoading && (
        <EmptyMetrics query={query} view={view} hrefOf={hrefOf} />
      )}
      {answer.isCancelled && value === undefined && (
        <Note
          kind="empty"
          title="You stopped the query."
          steps={[{ label: 'Run it again', run: view.runAgain }]}
        />
      )}
      {value !== undefined && (
        <Foot answer={value} tookMs={answer.tookMs} problem={spans.problem} />
      )}
    </>
  );
}

const noExemplars: readonly Exemplar[] = [];

interface FootProps {
  readonly answer: RangeAnswer;
  readonly tookMs: number | undefined;
  readonly problem: string | undefined;
}

function Foot({ answer, tookMs, problem }: FootProps) {
  const count = answer.series.length;
  return (
    <footer className="explore-foot">
      <span>{count === 1 ? '1 series' : `${count} series`}</span>
      <span>step {answer.grid.stepMs / 1000} s</span>
      {tookMs !== undefined && <span>{Math.round(tookMs)} ms</span>}
      {problem !== undefined && <span className="foot-problem">{problem}</span>}
      {answer.notes.map((note) => (
        <span key={note} className="ellipsis" title={note}>
          {note}
        </span>
      ))}
    </footer>
  );
}
