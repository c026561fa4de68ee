// Explore logs: label browser at the left, query, lines over time and the lines themselves.

import { useCallback, useMemo, useState } from 'react';
import { formatCount, plainFormat } from '../../../chart/format.ts';
import { Note } from '../../../component/Note.tsx';
import { Progress } from '../../../component/Progress.tsx';
import { useShortcuts } from '../../../component/use-shortcuts.ts';
import { queryLogSeries } from '../../../data/loki/query-range.ts';
import { useRequest } from '../../../data/use-request.ts';
import { alignRange, chooseStep } from '../../../frame/align.ts';
import { type LogRow, spanIdOf, timeMsOf } from '../../../frame/log-row.ts';
import { navigate } from '../../../location.ts';
import { LogHistogram } from '../../../panel/logs/LogHistogram.tsx';
import { LogList } from '../../../panel/logs/LogList.tsx';
import type { LogField } from '../../../panel/logs/layout.ts';
import { TimeSeries } from '../../../panel/time-series/TimeSeries.tsx';
import { around, exploreHref, traceHref, withParams } from '../../link.ts';
import type { View } from '../../view.ts';
import type { ModeProps } from '../mode-props.ts';
import { QueryBar } from '../QueryBar.tsx';
import { EmptyLogs } from './EmptyLogs.tsx';
import {
  addFieldFilter,
  allLogs,
  countsByLevel,
  isLineQuery,
  logsOfTrace,
  toggleLevel,
} from './edit-query.ts';
import { LabelBrowser } from './LabelBrowser.tsx';
import { type LogLines, useLogLines } from './use-log-lines.ts';
import { useLogLookups } from './use-log-lookups.ts';
import './logs.css';

export default function LogsMode({ view, query: asked }: ModeProps) {
  const query = asked ?? allLogs;
  const { resolved } = view;
  const lines = useLogLines(query, resolved, view.turn);
  const lookups = useLogLookups(resolved);
  const [isWrapped, setWrapped] = useState(false);
  useShortcuts({ Escape: lines.first.cancel, w: () => setWrapped(!isWrapped) });
  const { place, runAgain } = view;
  const ask = useCallback(
    (next: string) => {
      navigate(withParams(place, { q: next === '' || next === allLogs ? undefined : next }));
      runAgain();
    },
    [place, runAgain],
  );
  const { first } = lines;
  return (
    <div className="explore">
      <LabelBrowser query={query} range={resolved} onQuery={ask} />
      <section className="explore-main">
        <QueryBar
          language="logql"
          query={query}
          label="LogQL query"
          placeholder="Write LogQL, or choose labels at the left"
          lookups={lookups}
          error={first.error}
          onRun={ask}
        />
        <div className="explore-answer">
          <Progress isLoading={first.isLoading} onCancel={first.cancel} />
          {first.error === undefined && isLineQuery(query) && (
            <Histogram
              query={query}
              view={view}
              onLevel={(level) => ask(toggleLevel(query, level))}
            />
          )}
          {first.error === undefined && (
            <Answer view={view} query={query} lines={lines} isWrapped={isWrapped} onQuery={ask} />
          )}
          {first.isCancelled && first.value === undefined && (
            <Note
              kind="empty"
              title="You stopped the query."
              steps={[{ label: 'Run it again', run: runAgain }]}
            />
          )}
        </div>
        <footer className="explore-foot">
          {lines.rows.length > 0 && (
            <span>
              {formatCount(lines.rows.length)}
              {lines.hasMore ? ' newest' : ''} lines
            </span>
          )}
          {first.tookMs !== undefined && <span>{Math.round(first.tookMs)} ms</span>}
          <span className="spacer" />
          <label className="logs-wrap">
            <input
              type="checkbox"
              checked={isWrapped}
              onChange={(event) => setWrapped(event.target.checked)}
            />{' '}
            Wrap lines
          </label>
        </footer>
      </section>
    </div>
  );
}

interface HistogramProps {
  readonly query: string;
  readonly view: View;
  readonly onLevel: (level: string) => void;
}

function Histogram({ query, view, onLevel }: HistogramProps) {
  const { fromMs, toMs } = view.resolved;
  const stepMs = chooseStep(toMs - fromMs, 100);
  const { fromMs: start, toMs: end } = alignRange({ fromMs, toMs: toMs + stepMs, stepMs });
  const { value } = useRequest(`${query} ${start} ${end} ${toMs} ${view.turn}`, async (signal) => {
    const grid = { fromMs: start, toMs: end, stepMs };
    const range = { fromMs: start, toMs: end };
    return {
      series: await queryLogSeries({ query: countsByLevel(query, stepMs), range, stepMs }, signal),
      grid,
    };
  });
  return (
    <LogHistogram
      series={value?.series ?? noSeries}
      grid={value?.grid ?? { fromMs: start, toMs: end, stepMs }}
      onZoom={view.zoom}
      onLevel={onLevel}
    />
  );
}

const noSeries: readonly [] = [];

interface AnswerProps {
  readonly view: View;
  readonly query: string;
  readonly lines: LogLines;
  readonly isWrapped: boolean;
  readonly onQuery: (query: string) => void;
}

function Answer({ view, query, lines, isWrapped, onQuery }: AnswerProps) {
  const { value, isLoading } = lines.first;
  const { fromMs, toMs } = view.resolved;
  const grid = useMemo(
    () => alignRange({ fromMs, toMs, stepMs: chooseStep(toMs - fromMs, 300) }),
    [fromMs, toMs],
  );
  if (value === undefined) return null;
  if (value.kind === 'series' && value.series.length > 0) {
    return (
      <TimeSeries
        series={value.series}
        grid={grid}
        nameless={query}
        format={plainFormat}
        exemplars={[]}
        exemplarsByValue={false}
        hrefOfTrace={() => ''}
        onZoom={view.zoom}
      />
    );
  }
  if (lines.rows.length === 0) {
    return isLoading ? null : <EmptyLogs query={query} view={view} />;
  }
  const filter = (field: LogField, isKept: boolean): void =>
    onQuery(addFieldFilter(query, { ...field, isKept }));
  const near = (row: LogRow) => around({ fromMs: timeMsOf(row), toMs: timeMsOf(row) });
  return (
    <LogList
      rows={lines.rows}
      isWrapped={isWrapped}
      hasMore={lines.hasMore}
      isLoadingMore={lines.isLoadingMore}
      onMore={lines.more}
      onFilter={filter}
      hrefOfTrace={(row, traceId) =>
        traceHref({ traceId, spanId: spanIdOf(row), range: view.range })
      }
      hrefOfTraceLogs={(row, traceId) =>
        exploreHref({ mode: 'logs', query: logsOfTrace({ traceId }), range: near(row) })
      }
    />
  );
}
