// Explore logs: label browser at the left, query, lines over time and the lines themselves, or, in live
// mode, lines as they come.

import { useCallback, useMemo, useState } from 'react';
import { formatCount, plainFormat } from '../../../chart/format.ts';
import { Note } from '../../../component/Note.tsx';
import { Progress } from '../../../component/Progress.tsx';
import { useShortcuts } from '../../../component/use-shortcuts.ts';
import { alignRange, chooseStep } from '../../../frame/align.ts';
import { type LogRow, spanIdOf, timeMsOf } from '../../../frame/log-row.ts';
import { navigate } from '../../../location.ts';
import type { LogDetailsActions } from '../../../panel/logs/LogDetails.tsx';
import { LogList } from '../../../panel/logs/LogList.tsx';
import { TimeSeries } from '../../../panel/time-series/TimeSeries.tsx';
import { around, exploreHref, traceHref, withParams } from '../../link.ts';
import type { View } from '../../view.ts';
import type { ModeProps } from '../mode-props.ts';
import { QueryBar } from '../QueryBar.tsx';
import { EmptyLogs } from './EmptyLogs.tsx';
import { addFieldFilter, allLogs, isLineQuery, logsOfTrace, toggleLevel } from './edit-query.ts';
import { Histogram } from './Histogram.tsx';
import { LabelBrowser } from './LabelBrowser.tsx';
import { LiveBar } from './LiveBar.tsx';
import { LogsFoot } from './LogsFoot.tsx';
import { type LiveLines, useLiveLines } from './use-live-lines.ts';
import { type LogLines, useLogLines } from './use-log-lines.ts';
import { useLogLookups } from './use-log-lookups.ts';
import './logs.css';

export default function LogsMode({ view, query: asked }: ModeProps) {
  const query = asked ?? allLogs;
  const { resolved, place, runAgain, turn } = view;
  const isLive = place.params.get('live') === '1';
  const isRaw = place.params.get('raw') === '1';
  const lines = useLogLines({ query, range: resolved, turn, isAsked: !isLive });
  const live = useLiveLines(isLive ? query : undefined);
  const lookups = useLogLookups(resolved);
  const [isWrapped, setWrapped] = useState(false);
  const flip = (name: string, isOn: boolean): void =>
    navigate(withParams(place, { [name]: isOn ? '1' : undefined }), { replace: name === 'raw' });
  const setRaw = (isOn: boolean): void => flip('raw', isOn);
  const toggleLive = (): void => {
    flip('live', !isLive);
    // What came meanwhile is then in the range.
    if (isLive) runAgain();
  };
  useShortcuts({
    Escape: lines.first.cancel,
    w: () => setWrapped(!isWrapped),
    m: () => setRaw(!isRaw),
    l: toggleLive,
  });
  const ask = useCallback(
    (next: string) => {
      navigate(withParams(place, { q: next === '' || next === allLogs ? undefined : next }));
      runAgain();
    },
    [place, runAgain],
  );
  const shown = { view, query, isWrapped, isRaw, onQuery: ask };
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
          error={isLive ? live.error : lines.first.error}
          onRun={ask}
          actions={<LiveButton isLive={isLive} onToggle={toggleLive} />}
        />
        <div className="explore-answer">
          {isLive ? <Live {...shown} live={live} /> : <Past {...shown} lines={lines} />}
        </div>
        <LogsFoot
          count={isLive ? linesIn(live.rows.length) : countOf(lines)}
          tookMs={isLive ? undefined : lines.first.tookMs}
          isRaw={isRaw}
          onRaw={setRaw}
          isWrapped={isWrapped}
          onWrapped={setWrapped}
        />
      </section>
    </div>
  );
}

function LiveButton({ isLive, onToggle }: { isLive: boolean; onToggle: () => void }) {
  return (
    <button
      type="button"
      className="button"
      aria-pressed={isLive}
      title="Follow lines as they come (l)"
      onClick={onToggle}
    >
      Live
    </button>
  );
}

const countOf = ({ rows, hasMore }: LogLines): string =>
  rows.length === 0 ? '' : linesIn(rows.length, hasMore ? 'newest ' : '');

const linesIn = (count: number, which = ''): string =>
  count === 1 ? `1 ${which}line` : `${formatCount(count)} ${which}lines`;

interface ShownProps {
  readonly view: View;
  readonly query: string;
  readonly isWrapped: boolean;
  readonly isRaw: boolean;
  readonly onQuery: (query: string) => void;
}

function Live({ live, ...shown }: ShownProps & { readonly live: LiveLines }) {
  const { view, query, isWrapped, isRaw, onQuery } = shown;
  const [isAtTop, setAtTop] = useState(true);
  if (live.error !== undefined) return null;
  return (
    <>
      <LiveBar live={live} isReading={!isAtTop} />
      {live.rows.length === 0 ? (
        <Note
          kind="empty"
          title="No lines yet."
          detail={<p>New ones appear here as they come.</p>}
        />
      ) : (
        <LogList
          rows={live.rows}
          isWrapped={isWrapped}
          isRaw={isRaw}
          hasMore={false}
          isLoadingMore={false}
          onMore={() => {}}
          endText="Older lines are found without live mode."
          onTop={setAtTop}
          {...actionsOf(view, query, onQuery)}
        />
      )}
    </>
  );
}

function Past({ lines, ...shown }: ShownProps & { readonly lines: LogLines }) {
  const { view, query, onQuery } = shown;
  const { first } = lines;
  return (
    <>
      <Progress isLoading={first.isLoading} onCancel={first.cancel} />
      {first.error === undefined && isLineQuery(query) && (
        <Histogram
          query={query}
          view={view}
          onLevel={(level) => onQuery(toggleLevel(query, level))}
        />
      )}
      {first.error === undefined && <Answer {...shown} lines={lines} />}
      {first.isCancelled && first.value === undefined && (
        <Note
          kind="empty"
          title="You stopped the query."
          steps={[{ label: 'Run it again', run: view.runAgain }]}
        />
      )}
    </>
  );
}

function Answer({
  view,
  query,
  lines,
  isWrapped,
  isRaw,
  onQuery,
}: ShownProps & { readonly lines: LogLines }) {
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
  return (
    <LogList
      rows={lines.rows}
      isWrapped={isWrapped}
      isRaw={isRaw}
      hasMore={lines.hasMore}
      isLoadingMore={lines.isLoadingMore}
      onMore={lines.more}
      {...actionsOf(view, query, onQuery)}
    />
  );
}

/** Where one can go from a line, and how its fields change the query. */
function actionsOf(view: View, query: string, onQuery: (query: string) => void): LogDetailsActions {
  const near = (row: LogRow) => around({ fromMs: timeMsOf(row), toMs: timeMsOf(row) });
  return {
    onFilter: (field, isKept) => onQuery(addFieldFilter(query, { ...field, isKept })),
    hrefOfTrace: (row, traceId) => traceHref({ traceId, spanId: spanIdOf(row), range: view.range }),
    hrefOfTraceLogs: (row, traceId) =>
      exploreHref({ mode: 'logs', query: logsOfTrace({ traceId }), range: near(row) }),
  };
}
